/**
 * An application with privileged functions, and its tests, of which the documentation
 * shows parts.
 */
@NullMarked
package io.privsep.test.app;

import org.jspecify.annotations.NullMarked;
