/**
 * How a value of a declared type is written and read. The declared type decides; the
 * bytes name no class.
 */
@NullMarked
package io.privsep.value;

import org.jspecify.annotations.NullMarked;
