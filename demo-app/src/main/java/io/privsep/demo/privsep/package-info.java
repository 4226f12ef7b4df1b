/**
 * All code of the demo that runs in a helper.
 */
@NullMarked
package io.privsep.demo.privsep;

import org.jspecify.annotations.NullMarked;
