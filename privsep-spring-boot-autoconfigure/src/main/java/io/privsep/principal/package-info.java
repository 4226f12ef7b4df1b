/**
 * Who asks for a call, for the audit.
 */
@NullMarked
package io.privsep.principal;

import org.jspecify.annotations.NullMarked;
