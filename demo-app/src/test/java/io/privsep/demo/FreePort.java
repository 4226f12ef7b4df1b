package io.privsep.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for what has to be told one before it listens.
 */
public final class FreePort {

	/** Below those that the system gives out by itself (ip(7), ip_local_port_range). */
	private static final int FIRST = 20_000;

	private static final int COUNT = 10_000;

	/** Another process of the tests begins elsewhere. */
	private static final AtomicInteger NEXT = new AtomicInteger((int) (ProcessHandle.current().pid() * 101 % COUNT));

	private FreePort() {
	}

	/**
	 * A port of loopback that nothing listens at, and that nothing gets by chance.
	 * @return the port
	 */
	public static int next() {
		for (int i = 0; i < COUNT; i++) {
			int port = FIRST + NEXT.getAndIncrement() % COUNT;
			try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// something listens there
			}
		}
		throw new IllegalStateException("No port is free");
	}

}
