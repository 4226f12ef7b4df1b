/**
 * What Linux lets a process do, as values that both sides compare.
 */
@NullMarked
package io.privsep.rights;

import org.jspecify.annotations.NullMarked;
