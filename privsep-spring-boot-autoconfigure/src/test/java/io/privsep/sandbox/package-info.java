/**
 * The recipes of docs/sandbox.md.
 */
@NullMarked
package io.privsep.sandbox;

import org.jspecify.annotations.NullMarked;
