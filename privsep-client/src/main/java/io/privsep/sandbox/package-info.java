/**
 * The arguments of bubblewrap, and why it may refuse.
 */
@NullMarked
package io.privsep.sandbox;

import org.jspecify.annotations.NullMarked;
