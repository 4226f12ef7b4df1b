/**
 * The SLF4J of a helper process: each event is one line on its standard error, for the
 * application to log.
 */
@NullMarked
package io.privsep.helper.log;

import org.jspecify.annotations.NullMarked;
