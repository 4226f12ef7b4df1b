/**
 * The helper process: checks its own rights, makes the privileged beans, and serves calls
 * until the connection ends.
 */
@NullMarked
package io.privsep.helper;

import org.jspecify.annotations.NullMarked;
