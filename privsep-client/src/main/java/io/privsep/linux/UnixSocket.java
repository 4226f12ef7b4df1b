package io.privsep.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What Java lacks of Unix sockets (unix(7)).
 */
public final class UnixSocket {

	private static final CType INT = CFunction.INT;

	private static final CType POINTER = CFunction.POINTER;

	private static final int AF_UNIX = 1;

	private static final int SOCK_STREAM = 1;

	private static final int SOL_SOCKET = 1;

	private static final int SO_PEERCRED = 17;

	private static final int SO_PASSRIGHTS = 83;

	/** As long as {@code struct sockaddr_un}. */
	private static final int ADDRESS_LENGTH = 110;

	/** Of Linux, for sockets as well (SOCK_NONBLOCK). */
	private static final int O_NONBLOCK = 0x800;

	private static final CFunction SOCKET = new CFunction("socket", INT, INT, INT, INT);

	private static final CFunction GETSOCKOPT = new CFunction("getsockopt", INT, INT, INT, INT, POINTER, POINTER);

	private static final CFunction SETSOCKOPT = new CFunction("setsockopt", INT, INT, INT, INT, POINTER, INT);

	private static final CFunction GETSOCKNAME = new CFunction("getsockname", INT, INT, POINTER, POINTER);

	private static final CFunction GETPEERNAME = new CFunction("getpeername", INT, INT, POINTER, POINTER);

	private static final CFunction CONNECT = new CFunction("connect", INT, INT, POINTER, INT);

	private UnixSocket() {
	}

	/**
	 * Connects to a Unix stream socket, which has to have room for one more.
	 * @param path where it listens
	 * @return a descriptor, closed on exec
	 * @throws IOException if there is no connection
	 */
	public static int connect(Path path) throws IOException {
		byte[] address = address(path);
		int fd = SOCKET.check(AF_UNIX, Posix.LINUX ? SOCK_STREAM | Posix.O_CLOEXEC | O_NONBLOCK : SOCK_STREAM, 0);
		try {
			if (!Posix.LINUX) {
				Posix.closeOnExec(fd);
			}
			// who has filled the listener's queue could keep this waiting for ever
			CONNECT.check(fd, address, address.length);
			if (Posix.LINUX) {
				Posix.setBlocking(fd);
			}
		}
		catch (IOException ex) {
			Posix.close(fd);
			throw ex;
		}
		return Posix.aboveStandard(fd);
	}

	// struct sockaddr_un: on Linux the family is a short, elsewhere a byte after a length
	private static byte[] address(Path path) {
		byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
		ByteBuffer address = ByteBuffer.allocate(2 + name.length + 1).order(ByteOrder.nativeOrder());
		if (Posix.LINUX) {
			address.putShort((short) AF_UNIX);
		}
		else {
			address.put((byte) address.capacity()).put((byte) AF_UNIX);
		}
		return address.put(name).array();
	}

	/**
	 * Requires that the socket to which a descriptor has connected is one of this
	 * process; on other systems than Linux, where no helper has rights, it is believed.
	 * @param fd the descriptor
	 * @throws IOException if another process listens there
	 */
	static void requireOwnListener(int fd) throws IOException {
		if (!Posix.LINUX) {
			return;
		}
		// struct ucred: process, user and group of who listens, at the time it began to
		ByteBuffer credentials = ByteBuffer.allocate(3 * Integer.BYTES).order(ByteOrder.nativeOrder());
		ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
		length.putInt(0, credentials.capacity());
		GETSOCKOPT.check(fd, SOL_SOCKET, SO_PEERCRED, credentials.array(), length.array());
		int pid = credentials.getInt(0);
		if (pid != ProcessHandle.current().pid()) {
			throw new IOException("process " + pid + " listens where the connection of a helper is made");
		}
	}

	/**
	 * Has a socket take no descriptors from its peer, which whoever reads would have to
	 * close (unix(7), {@code SCM_RIGHTS}): Linux 6.16 and later can do that.
	 * @param fd the socket
	 */
	static void refuseDescriptors(int fd) {
		if (Posix.LINUX) {
			SETSOCKOPT.call(fd, SOL_SOCKET, SO_PASSRIGHTS, new byte[Integer.BYTES], Integer.BYTES);
		}
	}

	/**
	 * Does the same to all Unix sockets of this process that have an address, or whose
	 * peer has it. The descriptors of Java's own sockets are not known otherwise.
	 * @param address a path
	 * @throws IOException if the descriptors of this process cannot be listed
	 */
	public static void refuseDescriptors(Path address) throws IOException {
		if (!Posix.LINUX) {
			return;
		}
		byte[] wanted = address(address);
		try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
			for (Path each : descriptors) {
				int fd = Integer.parseInt(each.getFileName().toString());
				if (hasAddress(GETSOCKNAME, fd, wanted) || hasAddress(GETPEERNAME, fd, wanted)) {
					refuseDescriptors(fd);
				}
			}
		}
		catch (DirectoryIteratorException ex) {
			throw ex.getCause();
		}
	}

	private static boolean hasAddress(CFunction name, int fd, byte[] wanted) {
		byte[] address = new byte[ADDRESS_LENGTH];
		byte[] length = ByteBuffer.allocate(Integer.BYTES)
			.order(ByteOrder.nativeOrder())
			.putInt(address.length)
			.array();
		return name.call(fd, address, length) == 0
				&& Arrays.equals(address, 0, wanted.length, wanted, 0, wanted.length);
	}

}
