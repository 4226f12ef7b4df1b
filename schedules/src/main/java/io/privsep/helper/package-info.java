/**
 * Scenarios of the request loop of a helper.
 */
@NullMarked
package io.privsep.helper;

import org.jspecify.annotations.NullMarked;
