/**
 * A JVM that runs more than one command.
 */
@NullMarked
package io.privsep.commandloop;

import org.jspecify.annotations.NullMarked;
