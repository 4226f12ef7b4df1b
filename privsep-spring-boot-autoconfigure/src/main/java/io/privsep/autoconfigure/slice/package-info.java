/**
 * A hint for tests of a part of an application.
 */
@NullMarked
package io.privsep.autoconfigure.slice;

import org.jspecify.annotations.NullMarked;
