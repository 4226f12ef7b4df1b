/**
 * What clients over HTTP are answered where a call has failed.
 */
@NullMarked
package io.privsep.web;

import org.jspecify.annotations.NullMarked;
