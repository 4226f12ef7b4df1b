/**
 * Loaded in a sandbox: is it one?
 */
@NullMarked
package io.privsep.helper.sandbox;

import org.jspecify.annotations.NullMarked;
