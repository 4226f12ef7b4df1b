package io.privsep.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.kenai.jffi.MemoryIO;

import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * A message of some bytes with which a descriptor goes (unix(7), {@code SCM_RIGHTS}).
 */
public final class SentDescriptor implements AutoCloseable {

	private static final int SOL_SOCKET = 1;

	private static final int SCM_RIGHTS = 1;

	private static final int MSG_NOSIGNAL = 0x4000;

	private static final CFunction SENDMSG = new CFunction("sendmsg", CFunction.INT, CFunction.INT, CFunction.POINTER,
			CFunction.INT);

	private static final CFunction GETSOCKNAME = new CFunction("getsockname", CFunction.INT, CFunction.INT,
			CFunction.POINTER, CFunction.POINTER);

	private final CMemory memory = new CMemory();

	private final long message;

	SentDescriptor(byte[] bytes, int descriptor) {
		MemoryIO io = MemoryIO.getInstance();
		long data = this.memory.allocate(bytes.length);
		io.putByteArray(data, bytes, 0, bytes.length);
		long vector = this.memory.allocate(16);
		io.putAddress(vector, data);
		io.putLong(vector + 8, bytes.length);
		// struct cmsghdr: length, level, type; and the descriptor
		long control = this.memory.allocate(24);
		io.putLong(control, 20);
		io.putInt(control + 8, SOL_SOCKET);
		io.putInt(control + 12, SCM_RIGHTS);
		io.putInt(control + 16, descriptor);
		// struct msghdr: no name, one vector, the control data
		this.message = this.memory.allocate(56);
		io.putAddress(this.message + 16, vector);
		io.putLong(this.message + 24, 1);
		io.putAddress(this.message + 32, control);
		io.putLong(this.message + 40, 24);
	}

	/**
	 * Sends it.
	 * @param socket a Unix socket
	 * @throws IOException if the system refuses
	 */
	void send(int socket) throws IOException {
		SENDMSG.check(socket, this.message, MSG_NOSIGNAL);
	}

	/**
	 * Tries to send one, which a kernel before 6.16 cannot refuse.
	 * @param socket a Unix socket
	 * @throws IOException if such a kernel refuses it
	 */
	public static void assertRefused(int socket) throws IOException {
		String[] version = System.getProperty("os.version").split("[^0-9]+");
		try (SentDescriptor message = new SentDescriptor(new byte[1], socket)) {
			if (Integer.parseInt(version[0]) * 1000 + Integer.parseInt(version[1]) >= 6016) {
				assertThatIOException().isThrownBy(() -> message.send(socket))
					.withMessage("sendmsg: Operation not permitted");
			}
			else {
				message.send(socket);
			}
		}
	}

	/**
	 * The sockets of this process that have an address.
	 * @param address a path
	 * @return their descriptors
	 * @throws IOException if they cannot be listed
	 */
	public static List<Integer> sockets(Path address) throws IOException {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			return descriptors.map((each) -> Integer.valueOf(each.getFileName().toString()))
				.filter((fd) -> name(fd).equals(address.toString()))
				.toList();
		}
	}

	private static String name(int fd) {
		byte[] name = new byte[110];
		byte[] length = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(name.length).array();
		GETSOCKNAME.call(fd, name, length);
		return new String(name, 2, name.length - 2, StandardCharsets.UTF_8).replaceFirst("\\x00.*", "");
	}

	@Override
	public void close() {
		this.memory.close();
	}

}
