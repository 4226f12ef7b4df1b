/**
 * Tika's parsers in a sandboxed context, and in Tika's own fork parser.
 */
@NullMarked
package io.privsep.benchmarks.tika;

import org.jspecify.annotations.NullMarked;
