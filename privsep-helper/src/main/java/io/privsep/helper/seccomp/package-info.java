/**
 * The seccomp filter against system calls that a helper never needs.
 */
@NullMarked
package io.privsep.helper.seccomp;

import org.jspecify.annotations.NullMarked;
