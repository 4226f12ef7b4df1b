/**
 * Other ways to have a function run in another process.
 */
@NullMarked
package io.privsep.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
