/**
 * Scenarios of whole channels.
 */
@NullMarked
package io.privsep.channel;

import org.jspecify.annotations.NullMarked;
