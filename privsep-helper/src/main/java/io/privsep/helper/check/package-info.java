/**
 * Is this helper what it was told to be, and what is left at its end?
 */
@NullMarked
package io.privsep.helper.check;

import org.jspecify.annotations.NullMarked;
