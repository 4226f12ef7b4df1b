/**
 * What a helper gets to know when it is started.
 */
@NullMarked
package io.privsep.definition;

import org.jspecify.annotations.NullMarked;
