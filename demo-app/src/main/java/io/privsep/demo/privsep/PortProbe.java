package io.privsep.demo.privsep;

import org.jspecify.annotations.Nullable;

/**
 * The result of trying to bind a port.
 *
 * @param port the number of the port
 * @param bindable whether the port could be bound
 * @param reason the system's message if it could not
 */
public record PortProbe(int port, boolean bindable, @Nullable String reason) {

}
