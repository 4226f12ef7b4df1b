/**
 * What a helper is told when it is started.
 */
@NullMarked
package io.privsep.launch;

import org.jspecify.annotations.NullMarked;
