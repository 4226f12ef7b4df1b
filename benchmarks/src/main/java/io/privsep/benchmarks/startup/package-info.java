/**
 * Applications that do nothing but start.
 */
@NullMarked
package io.privsep.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
