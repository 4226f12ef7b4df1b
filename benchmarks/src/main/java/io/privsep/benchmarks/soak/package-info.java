/**
 * Helpers under load that are killed, stopped and reloaded all the time.
 */
@NullMarked
package io.privsep.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
