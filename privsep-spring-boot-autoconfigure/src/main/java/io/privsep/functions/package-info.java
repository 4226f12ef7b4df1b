/**
 * Finds the functions among the bean definitions, and all that is wrong with them.
 */
@NullMarked
package io.privsep.functions;

import org.jspecify.annotations.NullMarked;
