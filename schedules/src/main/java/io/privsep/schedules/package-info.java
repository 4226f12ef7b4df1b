/**
 * Runs scenarios under a scheduler that decides which thread goes on.
 */
@NullMarked
package io.privsep.schedules;

import org.jspecify.annotations.NullMarked;
