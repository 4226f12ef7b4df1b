/**
 * Loaded where functions have constraints: checks arguments before the function runs.
 */
@NullMarked
package io.privsep.helper.validation;

import org.jspecify.annotations.NullMarked;
