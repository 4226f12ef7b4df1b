/**
 * Tests of the demo's HTTP interface.
 */
@NullMarked
package io.privsep.demo.web;

import org.jspecify.annotations.NullMarked;
