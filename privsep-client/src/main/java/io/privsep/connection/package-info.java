/**
 * The one socket between the application and a helper, and the calls on it.
 */
@NullMarked
package io.privsep.connection;

import org.jspecify.annotations.NullMarked;
