/**
 * Results that functions give later: futures, and those of Reactor and Kotlin.
 */
@NullMarked
package io.privsep.helper.later;

import org.jspecify.annotations.NullMarked;
