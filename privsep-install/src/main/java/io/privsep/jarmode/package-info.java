/**
 * The jar mode, by which a helper runs from an executable jar.
 */
@NullMarked
package io.privsep.jarmode;

import org.jspecify.annotations.NullMarked;
