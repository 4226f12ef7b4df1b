/**
 * Applications with helpers.
 */
@NullMarked
package io.privsep.benchmarks.application;

import org.jspecify.annotations.NullMarked;
