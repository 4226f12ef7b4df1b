package io.privsep.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

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
		long data = this.memory.allocate(bytes.length);
		CLibrary.putBytes(data, bytes);
		long vector = copy(structure(16).putLong(data).putLong(bytes.length));
		// struct cmsghdr: length, level, type; and the descriptor
		long control = copy(structure(24).putLong(20).putInt(SOL_SOCKET).putInt(SCM_RIGHTS).putInt(descriptor));
		// struct msghdr: no name, one vector, the control data
		this.message = copy(
				structure(56).putLong(0).putLong(0).putLong(vector).putLong(1).putLong(control).putLong(24));
	}

	private static ByteBuffer structure(int length) {
		return ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
	}

	private long copy(ByteBuffer structure) {
		long address = this.memory.allocate(structure.capacity());
		CLibrary.putBytes(address, structure.array());
		return address;
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
