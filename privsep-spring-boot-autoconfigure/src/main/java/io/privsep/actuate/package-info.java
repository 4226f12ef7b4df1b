/**
 * What operators look at.
 */
@NullMarked
package io.privsep.actuate;

import org.jspecify.annotations.NullMarked;
