/**
 * Helpers as real processes, with real users and capabilities.
 */
@NullMarked
package io.privsep.process;

import org.jspecify.annotations.NullMarked;
