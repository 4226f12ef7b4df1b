/**
 * Scenarios of one connection, and the pipe that connections have in all scenarios.
 */
@NullMarked
package io.privsep.connection;

import org.jspecify.annotations.NullMarked;
