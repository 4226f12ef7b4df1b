/**
 * What a helper is told when it is started.
 */
@NullMarked
package io.privsep.definition;

import org.jspecify.annotations.NullMarked;
