/**
 * Privileged beans in the application: proxies that call a channel.
 */
@NullMarked
package io.privsep.advice;

import org.jspecify.annotations.NullMarked;
