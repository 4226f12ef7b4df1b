package io.privsep.demo.privsep;

import java.io.IOException;
import java.net.BindException;

import org.springframework.stereotype.Component;

import io.privsep.PrivsepFunction;

/**
 * Low ports of the loopback interface.
 */
@Component
@PrivsepFunction("ports")
public class Ports {

	/**
	 * Whether a port could be bound now; it is released at once.
	 * @param port the number of the port, 1 to 65535
	 * @return what the system said
	 * @throws IOException if something other than the bind went wrong
	 */
	public PortProbe probe(int port) throws IOException {
		if (port < 1 || port > 65535) {
			throw new IllegalArgumentException("The port must be a number from 1 to 65535");
		}
		try {
			LoopbackPort.bindAndRelease(port);
			return new PortProbe(port, true, null);
		}
		catch (BindException ex) {
			return new PortProbe(port, false, ex.getMessage());
		}
	}

	/**
	 * Ends its own helper at once, as a crash would. This is here to show what happens
	 * then: an application has no such function.
	 */
	public void endHelper() {
		Runtime.getRuntime().halt(1);
	}

	/**
	 * Says with which rights this context runs.
	 * @return the rights of the helper
	 * @throws IOException if {@code /proc} cannot be read
	 */
	public Rights rights() throws IOException {
		return Rights.ofThisProcess();
	}

}
