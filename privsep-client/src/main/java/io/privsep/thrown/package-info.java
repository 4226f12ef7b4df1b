/**
 * Makes what functions throw again, for their callers.
 */
@NullMarked
package io.privsep.thrown;

import org.jspecify.annotations.NullMarked;
