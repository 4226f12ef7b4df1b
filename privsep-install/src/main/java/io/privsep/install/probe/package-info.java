/**
 * Starts installed helpers as their application does.
 */
@NullMarked
package io.privsep.install.probe;

import org.jspecify.annotations.NullMarked;
