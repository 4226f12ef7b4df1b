/**
 * An application whose helper is attacked, and attacks, from within.
 */
@NullMarked
package io.privsep.attacked;

import org.jspecify.annotations.NullMarked;
