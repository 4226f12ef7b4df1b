package io.privsep.demo.privsep;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * A TCP port of the loopback interface.
 */
final class LoopbackPort {

	private LoopbackPort() {
	}

	static void bindAndRelease(int port) throws IOException {
		try (ServerSocket socket = new ServerSocket()) {
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
		}
	}

}
