/**
 * What every subject of the comparisons shares: its work, its callers, its commands.
 */
@NullMarked
package io.privsep.benchmarks.load;

import org.jspecify.annotations.NullMarked;
