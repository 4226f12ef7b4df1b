/**
 * The wiring: properties, beans, failure analyses.
 */
@NullMarked
package io.privsep.autoconfigure;

import org.jspecify.annotations.NullMarked;
