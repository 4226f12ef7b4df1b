/**
 * The functions of a context: found in annotated classes, checked, and numbered in the
 * same order on both sides.
 */
@NullMarked
package io.privsep.function;

import org.jspecify.annotations.NullMarked;
