/**
 * Loaded where calls are audited: who called what, and what came of it.
 */
@NullMarked
package io.privsep.helper.audit;

import org.jspecify.annotations.NullMarked;
