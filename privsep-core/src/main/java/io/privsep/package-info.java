/**
 * What a user of privsep writes and catches: the annotation and the exceptions.
 */
@NullMarked
package io.privsep;

import org.jspecify.annotations.NullMarked;
