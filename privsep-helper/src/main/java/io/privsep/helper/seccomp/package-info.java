/**
 * The filter by which a helper gives up the system calls that it never needs.
 */
@NullMarked
package io.privsep.helper.seccomp;

import org.jspecify.annotations.NullMarked;
