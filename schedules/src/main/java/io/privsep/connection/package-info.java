/**
 * Scenarios of one connection.
 */
@NullMarked
package io.privsep.connection;

import org.jspecify.annotations.NullMarked;
