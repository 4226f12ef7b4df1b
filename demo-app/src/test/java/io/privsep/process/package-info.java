/**
 * What a taken-over application does with launchers.
 */
@NullMarked
package io.privsep.process;

import org.jspecify.annotations.NullMarked;
