/**
 * The chain of programs that gives a helper its rights and starts its JVM.
 */
@NullMarked
package io.privsep.command;

import org.jspecify.annotations.NullMarked;
