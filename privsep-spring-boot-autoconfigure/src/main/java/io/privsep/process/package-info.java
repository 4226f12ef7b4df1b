/**
 * How a helper is started, with which rights, and how its connection gets to it.
 */
@NullMarked
package io.privsep.process;

import org.jspecify.annotations.NullMarked;
