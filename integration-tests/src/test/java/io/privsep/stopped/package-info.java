/**
 * An application that is stopped while a function runs.
 */
@NullMarked
package io.privsep.stopped;

import org.jspecify.annotations.NullMarked;
