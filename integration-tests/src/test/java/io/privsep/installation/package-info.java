/**
 * The demo as it is installed, by sudo, systemd and wrappers.
 */
@NullMarked
package io.privsep.installation;

import org.jspecify.annotations.NullMarked;
