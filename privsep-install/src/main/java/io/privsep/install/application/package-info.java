/**
 * Reads what the application configures, and nothing that others than root could change.
 */
@NullMarked
package io.privsep.install.application;

import org.jspecify.annotations.NullMarked;
