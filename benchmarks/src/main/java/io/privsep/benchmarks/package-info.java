/**
 * Runs the comparisons in alternation and reports them.
 */
@NullMarked
package io.privsep.benchmarks;

import org.jspecify.annotations.NullMarked;
