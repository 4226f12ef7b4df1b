package io.privsep.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A connected Unix socket, as native code has it.
 */
public final class NativeSocket implements AutoCloseable {

	private static final long TIOCOUTQ = 0x5411;

	private static final CFunction IOCTL = CFunction.withVariableLast("ioctl", CFunction.INT, CFunction.INT,
			CFunction.POINTER, CFunction.POINTER);

	private final int fd;

	public NativeSocket(Path path) throws IOException {
		this.fd = UnixSocket.connect(path);
	}

	public void write(byte[] bytes) throws IOException {
		Posix.write(this.fd, bytes);
	}

	/**
	 * Sends the socket itself through itself.
	 * @throws IOException if the system refuses
	 */
	public void sendItself() throws IOException {
		try (SentDescriptor message = new SentDescriptor(new byte[1], this.fd)) {
			message.send(this.fd);
		}
	}

	/**
	 * Sends a socket that takes long to close.
	 * @param bytes what it is sent along with, perhaps more than once
	 * @return what has to be closed in the end
	 * @throws IOException if the system refuses
	 */
	public AutoCloseable sendLingering(byte[] bytes) throws IOException {
		return LingeringSocket.send(this.fd, bytes);
	}

	/**
	 * Whether the other end has read all that was written.
	 * @return whether it has
	 * @throws IOException if the system does not tell
	 */
	public boolean isAllRead() throws IOException {
		byte[] length = new byte[Integer.BYTES];
		IOCTL.check(this.fd, TIOCOUTQ, length);
		return ByteBuffer.wrap(length).order(ByteOrder.nativeOrder()).getInt() == 0;
	}

	@Override
	public void close() {
		Posix.close(this.fd);
	}

}
