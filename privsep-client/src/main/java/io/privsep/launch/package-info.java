/**
 * Starts a helper in one of several ways, and holds what it has of it.
 */
@NullMarked
package io.privsep.launch;

import org.jspecify.annotations.NullMarked;
