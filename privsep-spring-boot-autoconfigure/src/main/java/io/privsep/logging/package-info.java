/**
 * What helpers log, in the application's logging system.
 */
@NullMarked
package io.privsep.logging;

import org.jspecify.annotations.NullMarked;
