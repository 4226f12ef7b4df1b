package io.privsep.benchmarks.peer;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

import io.privsep.benchmarks.load.Commands;
import io.privsep.benchmarks.load.Payload;
import io.privsep.benchmarks.load.Subject;

/**
 * The floor for anything in Java: bytes there and back by the JDK's channels over a Unix
 * socket, with a connection and a thread at each end for each caller.
 */
public final class ChannelFloor implements Subject {

	private final ServerProcess server;

	private final SocketChannel[] connections = new SocketChannel[64];

	private ChannelFloor(ServerProcess server) {
		this.server = server;
	}

	public static void main(String[] args) throws Exception {
		Commands.serve(new ChannelFloor(ServerProcess.start(Server.class)), System.out);
	}

	@Override
	public List<Long> pids() {
		return List.of(this.server.pid());
	}

	@Override
	public Call call(Payload payload, int caller) throws IOException {
		if (this.connections[caller] == null) {
			this.connections[caller] = SocketChannel.open(UnixDomainSocketAddress.of(this.server.socket()));
		}
		SocketChannel connection = this.connections[caller];
		ByteBuffer buffer = ByteBuffer.allocateDirect(payload.bytes());
		return () -> {
			buffer.clear();
			buffer.putInt(0, buffer.capacity());
			write(connection, buffer);
			buffer.clear();
			while (buffer.hasRemaining()) {
				if (connection.read(buffer) < 0) {
					throw new EOFException("The connection ended");
				}
			}
		};
	}

	private static void write(SocketChannel connection, ByteBuffer buffer) throws IOException {
		while (buffer.hasRemaining()) {
			connection.write(buffer);
		}
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

	/**
	 * The other end.
	 */
	static final class Server {

		private Server() {
		}

		public static void main(String[] args) throws IOException {
			ServerProcess.accept(args[0], (connection) -> {
				ByteBuffer buffer = ByteBuffer.allocateDirect(4 << 20);
				while (true) {
					buffer.clear();
					int length = Integer.BYTES;
					while (buffer.position() < length) {
						if (connection.read(buffer) < 0) {
							return;
						}
						if (buffer.position() >= Integer.BYTES) {
							length = buffer.getInt(0);
						}
					}
					buffer.flip();
					write(connection, buffer);
				}
			});
		}

	}

}
