/**
 * Tools of a language model.
 */
@NullMarked
package io.privsep.ai;

import org.jspecify.annotations.NullMarked;
