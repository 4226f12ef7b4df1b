/**
 * The application's end of the helpers.
 */
@NullMarked
package io.privsep.channel;

import org.jspecify.annotations.NullMarked;
