package io.privsep.benchmarks.peer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.server.RMISocketFactory;
import java.rmi.server.UnicastRemoteObject;
import java.util.Base64;
import java.util.List;

import io.privsep.benchmarks.load.Commands;
import io.privsep.benchmarks.load.Payload;
import io.privsep.benchmarks.load.Subject;

/**
 * The same functions with Java RMI over loopback.
 */
public final class RmiPeer implements Subject {

	private final ServerProcess server;

	private final Functions functions;

	private RmiPeer(ServerProcess server, Functions functions) {
		this.server = server;
		this.functions = functions;
	}

	public static void main(String[] args) throws Exception {
		ServerProcess server = ServerProcess.start(Server.class);
		byte[] stub = Base64.getDecoder().decode(server.greeting());
		try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(stub))) {
			Commands.serve(new RmiPeer(server, (Functions) in.readObject()), System.out);
		}
		// RMI has threads that do not end by themselves
		System.exit(0);
	}

	@Override
	public List<Long> pids() {
		return List.of(this.server.pid());
	}

	@Override
	public Call call(Payload payload, int caller) {
		Serializable value = (Serializable) payload.value();
		return switch (payload) {
			case TEXT -> () -> Checks.same(value, this.functions.echo(value));
			case EXCEPTION -> () -> Checks.throwsException(() -> this.functions.fail((String) value));
			default -> () -> Checks.present(this.functions.echo(value));
		};
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

	/**
	 * What is called.
	 */
	interface Functions extends Remote {

		Serializable echo(Serializable value) throws RemoteException;

		void fail(String message) throws RemoteException;

	}

	/**
	 * The other end.
	 */
	static final class Server implements Functions {

		private Server() {
		}

		public static void main(String[] args) throws Exception {
			RMISocketFactory.setSocketFactory(new LoopbackSockets());
			Remote stub = UnicastRemoteObject.exportObject(new Server(), 0);
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
				out.writeObject(stub);
			}
			ServerProcess.serving(Base64.getEncoder().encodeToString(bytes.toByteArray()));
		}

		@Override
		public Serializable echo(Serializable value) {
			return value;
		}

		@Override
		public void fail(String message) {
			throw new IllegalStateException(message);
		}

	}

	/**
	 * Sockets that are not to be reached from elsewhere.
	 */
	private static final class LoopbackSockets extends RMISocketFactory {

		@Override
		public Socket createSocket(String host, int port) throws IOException {
			return new Socket(host, port);
		}

		@Override
		public ServerSocket createServerSocket(int port) throws IOException {
			return new ServerSocket(port, 64, InetAddress.getLoopbackAddress());
		}

	}

}
