/**
 * Support for the tests of applications with privileged functions.
 */
@NullMarked
package io.privsep.test;

import org.jspecify.annotations.NullMarked;
