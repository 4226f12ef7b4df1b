package io.privsep.process;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A process that makes itself an end of a connection that another process makes.
 */
final class PairAttacker {

	private PairAttacker() {
	}

	/**
	 * Attacks, says that it has done so, and keeps what it has until its input ends.
	 * @param args what it does, and the path of a socket
	 * @throws IOException if it cannot be done
	 */
	public static void main(String[] args) throws IOException {
		UnixDomainSocketAddress address = UnixDomainSocketAddress.of(Path.of(args[1]));
		switch (args[0]) {
			case "connect" -> {
				try (SocketChannel channel = SocketChannel.open(address)) {
					awaitEnd("connected " + channel.isConnected());
				}
			}
			case "listen" -> {
				try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
					listener.bind(address);
					awaitEnd("listens " + listener.isOpen());
				}
			}
			default -> throw new IllegalArgumentException(args[0]);
		}
	}

	private static void awaitEnd(String line) throws IOException {
		System.out.println(line);
		while (System.in.read() >= 0) {
			// what comes is of no interest
		}
	}

}
