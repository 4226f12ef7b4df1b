package io.privsep.linux;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * A TCP socket that takes long to close, or until this is closed: it has data to send,
 * which its peer does not read, and waits for that (socket(7), {@code SO_LINGER}).
 */
public final class LingeringSocket implements AutoCloseable {

	private static final int AF_INET = 2;

	private static final int SOCK_STREAM = 1;

	private static final int SOL_SOCKET = 1;

	private static final int SO_LINGER = 13;

	private static final int MSG_DONTWAIT = 0x40;

	private static final int MSG_NOSIGNAL = 0x4000;

	private static final CFunction SOCKET = new CFunction("socket", CFunction.INT, CFunction.INT, CFunction.INT,
			CFunction.INT);

	private static final CFunction CONNECT = new CFunction("connect", CFunction.INT, CFunction.INT, CFunction.POINTER,
			CFunction.INT);

	private static final CFunction SETSOCKOPT = new CFunction("setsockopt", CFunction.INT, CFunction.INT, CFunction.INT,
			CFunction.INT, CFunction.POINTER, CFunction.INT);

	private static final CFunction SEND = new CFunction("send", CFunction.INT, CFunction.INT, CFunction.POINTER,
			CFunction.POINTER, CFunction.INT);

	private final ServerSocket listener;

	private final Socket peer;

	private final int fd;

	private LingeringSocket(int seconds) throws IOException {
		this.listener = new ServerSocket();
		this.listener.setReceiveBufferSize(2048);
		this.listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] { 127, 0, 0, 1 }), 0));
		this.fd = SOCKET.check(AF_INET, SOCK_STREAM, 0);
		byte[] address = ByteBuffer.allocate(16)
			.order(ByteOrder.nativeOrder())
			.putShort((short) AF_INET)
			.order(ByteOrder.BIG_ENDIAN)
			.putShort((short) this.listener.getLocalPort())
			.put(this.listener.getInetAddress().getAddress())
			.array();
		CONNECT.check(this.fd, address, address.length);
		this.peer = this.listener.accept();
		byte[] data = new byte[1 << 16];
		while (SEND.call(this.fd, data, (long) data.length, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
			// until there is no more room
		}
		byte[] linger = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(1).putInt(seconds).array();
		SETSOCKOPT.check(this.fd, SOL_SOCKET, SO_LINGER, linger, linger.length);
	}

	/**
	 * Sends a socket that takes an hour, and then is nowhere but on its way.
	 * @param connection a Unix socket
	 * @param bytes what it is sent along with, perhaps more than once
	 * @return the socket, to be closed
	 * @throws IOException if the system refuses
	 */
	public static LingeringSocket send(int connection, byte[] bytes) throws IOException {
		return send(connection, bytes, 3600);
	}

	/**
	 * Sends a socket that takes some time to close.
	 * @param connection a Unix socket
	 * @param bytes what it is sent along with, perhaps more than once
	 * @param seconds how long it takes
	 * @return the socket, to be closed
	 * @throws IOException if the system refuses
	 */
	public static LingeringSocket send(int connection, byte[] bytes, int seconds) throws IOException {
		while (true) {
			LingeringSocket socket = new LingeringSocket(seconds);
			if (socket.sendAndForget(connection, bytes)) {
				return socket;
			}
		}
	}

	// Whoever closes it last has to wait: that is the sender where the receiver is
	// faster.
	private boolean sendAndForget(int connection, byte[] bytes) throws IOException {
		CountDownLatch forgotten = new CountDownLatch(1);
		FutureTask<Boolean> isForgotten = new FutureTask<>(() -> {
			if (forgotten.await(200, TimeUnit.MILLISECONDS)) {
				return true;
			}
			this.close();
			return false;
		});
		new Thread(isForgotten).start();
		try (SentDescriptor message = new SentDescriptor(bytes, this.fd)) {
			message.send(connection);
			Posix.close(this.fd);
		}
		forgotten.countDown();
		try {
			return isForgotten.get();
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		// with data unread: that resets the connection, and ends all that waits for it
		this.peer.close();
		this.listener.close();
	}

}
