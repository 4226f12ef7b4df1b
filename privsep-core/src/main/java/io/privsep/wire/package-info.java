/**
 * The wire: length-prefixed frames, and the two kinds of messages in them.
 */
@NullMarked
package io.privsep.wire;

import org.jspecify.annotations.NullMarked;
