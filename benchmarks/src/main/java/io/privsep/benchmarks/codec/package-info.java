/**
 * Micro-benchmarks of codecs and frames.
 */
@NullMarked
package io.privsep.benchmarks.codec;

import org.jspecify.annotations.NullMarked;
