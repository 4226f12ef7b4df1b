/**
 * What a call costs as an application grows, and what it allocates.
 */
@NullMarked
package io.privsep.benchmarks.cost;

import org.jspecify.annotations.NullMarked;
