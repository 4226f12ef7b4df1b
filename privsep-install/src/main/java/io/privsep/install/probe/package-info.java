/**
 * Finds helpers that run, and starts installed ones as their application does.
 */
@NullMarked
package io.privsep.install.probe;

import org.jspecify.annotations.NullMarked;
