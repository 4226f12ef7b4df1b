/**
 * The few calls of the C library, and the programs of the system that are needed.
 */
@NullMarked
package io.privsep.linux;

import org.jspecify.annotations.NullMarked;
