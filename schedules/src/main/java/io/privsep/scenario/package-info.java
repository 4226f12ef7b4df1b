/**
 * The form that all scenarios have.
 */
@NullMarked
package io.privsep.scenario;

import org.jspecify.annotations.NullMarked;
