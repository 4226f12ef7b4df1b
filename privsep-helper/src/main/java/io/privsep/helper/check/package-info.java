/**
 * Is this helper what its definition says, and what is left at its end?
 */
@NullMarked
package io.privsep.helper.check;

import org.jspecify.annotations.NullMarked;
