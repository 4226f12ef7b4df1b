/**
 * Tests of the demo as a whole.
 */
@NullMarked
package io.privsep.demo;

import org.jspecify.annotations.NullMarked;
