/**
 * A small web application without privileges that has three helpers.
 */
@NullMarked
package io.privsep.demo;

import org.jspecify.annotations.NullMarked;
