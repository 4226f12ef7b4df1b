/**
 * What is configured becomes a definition, a launcher and warnings.
 */
@NullMarked
package io.privsep.context;

import org.jspecify.annotations.NullMarked;
