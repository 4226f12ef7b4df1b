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

import com.kenai.jffi.LastError;
import com.kenai.jffi.Type;

/**
 * The few calls of the C library that Java lacks, for descriptors, sockets and
 * credentials.
 */
public final class Posix {

	static final boolean LINUX = System.getProperty("os.name").startsWith("Linux");

	private static final Type INT = CFunction.INT;

	private static final Type POINTER = CFunction.POINTER;

	private static final int EBADF = 9;

	private static final int F_SETFD = 2;

	private static final int FD_CLOEXEC = 1;

	private static final int F_DUPFD_CLOEXEC = LINUX ? 1030 : 67;

	private static final int AF_UNIX = 1;

	private static final int SOCK_STREAM = 1;

	private static final int O_PATH = 0x200000;

	private static final int SOL_SOCKET = 1;

	private static final int SO_PEERCRED = 17;

	private static final int SO_PASSRIGHTS = 83;

	/** As long as {@code struct sockaddr_un}. */
	private static final int ADDRESS_LENGTH = 110;

	private static final int F_SETFL = 4;

	/** Of Linux, for sockets as well (SOCK_NONBLOCK). */
	private static final int O_NONBLOCK = 0x800;

	/** Of Linux, for sockets as well (SOCK_CLOEXEC). */
	private static final int O_CLOEXEC = 0x80000;

	private static final CFunction OPEN = new CFunction("open", INT, POINTER, INT);

	private static final CFunction DUP = new CFunction("dup", INT, INT);

	private static final CFunction DUP2 = new CFunction("dup2", INT, INT, INT);

	private static final CFunction CLOSE = new CFunction("close", INT, INT);

	private static final CFunction FCNTL = CFunction.withVariableLast("fcntl", INT, INT, INT, INT);

	private static final CFunction PIPE = LINUX ? new CFunction("pipe2", INT, POINTER, INT)
			: new CFunction("pipe", INT, POINTER);

	private static final CFunction SOCKET = new CFunction("socket", INT, INT, INT, INT);

	private static final CFunction GETSOCKOPT = new CFunction("getsockopt", INT, INT, INT, INT, POINTER, POINTER);

	private static final CFunction SETSOCKOPT = new CFunction("setsockopt", INT, INT, INT, INT, POINTER, INT);

	private static final CFunction GETSOCKNAME = new CFunction("getsockname", INT, INT, POINTER, POINTER);

	private static final CFunction GETPEERNAME = new CFunction("getpeername", INT, INT, POINTER, POINTER);

	private static final CFunction WRITE = new CFunction("write", INT, INT, POINTER, POINTER);

	private static final CFunction CONNECT = new CFunction("connect", INT, INT, POINTER, INT);

	private Posix() {
	}

	/**
	 * Duplicates a descriptor; the duplicate is closed on exec.
	 * @param fd the descriptor
	 * @return the duplicate, or -1 if the descriptor is not open
	 * @throws IOException if the system refuses, as where no more may be open
	 */
	public static int duplicate(int fd) throws IOException {
		int duplicate = DUP.call(fd);
		if (duplicate < 0 && LastError.getInstance().get() == EBADF) {
			return -1;
		}
		if (duplicate < 0) {
			throw new IOException("descriptor " + fd + " cannot be duplicated; too many may be open");
		}
		closeOnExec(duplicate);
		return duplicate;
	}

	/**
	 * Puts a descriptor in the place of another.
	 * @param fd the descriptor
	 * @param place the other
	 * @throws IOException if the system refuses
	 */
	public static void put(int fd, int place) throws IOException {
		DUP2.check(fd, place);
	}

	/**
	 * Closes a descriptor.
	 * @param fd the descriptor
	 */
	public static void close(int fd) {
		CLOSE.call(fd);
	}

	private static void closeOnExec(int fd) throws IOException {
		FCNTL.check(fd, F_SETFD, FD_CLOEXEC);
	}

	// In an application that was started without them a new descriptor may be one of
	// the first three, which are replaced in a child.
	private static int aboveStandard(int fd) throws IOException {
		if (fd > 2) {
			return fd;
		}
		try {
			return FCNTL.check(fd, F_DUPFD_CLOEXEC, 3);
		}
		finally {
			close(fd);
		}
	}

	/**
	 * Makes a pipe.
	 * @return its ends, closed on exec
	 * @throws IOException if the system refuses, as where no more may be open
	 */
	static Pipe pipe() throws IOException {
		byte[] ends = new byte[2 * Integer.BYTES];
		if (LINUX) {
			PIPE.check(ends, O_CLOEXEC);
		}
		else {
			PIPE.check(ends);
		}
		ByteBuffer buffer = ByteBuffer.wrap(ends).order(ByteOrder.nativeOrder());
		int output = buffer.getInt();
		int input = buffer.getInt();
		if (!LINUX) {
			closeOnExec(output);
			closeOnExec(input);
		}
		return new Pipe(aboveStandard(output), aboveStandard(input));
	}

	/**
	 * A path by which a descriptor of a pipe can be opened once more.
	 * @param fd the descriptor
	 * @return the path
	 */
	static Path path(int fd) {
		return Path.of((LINUX ? "/proc/self/fd/" : "/dev/fd/") + fd);
	}

	/**
	 * Opens a path for nothing but to know what it leads to (open(2), of Linux).
	 * @param path the path, whose links are followed
	 * @return a descriptor, closed on exec
	 * @throws IOException if there is nothing, or it cannot be reached
	 */
	public static int openPath(Path path) throws IOException {
		return OPEN.check((path + "\0").getBytes(StandardCharsets.UTF_8), O_PATH | O_CLOEXEC);
	}

	/**
	 * Connects to a Unix stream socket, which has to have room for one more.
	 * @param path where it listens
	 * @return a descriptor, closed on exec
	 * @throws IOException if there is no connection
	 */
	public static int connect(Path path) throws IOException {
		byte[] address = address(path);
		int fd = SOCKET.check(AF_UNIX, LINUX ? SOCK_STREAM | O_CLOEXEC | O_NONBLOCK : SOCK_STREAM, 0);
		try {
			if (!LINUX) {
				closeOnExec(fd);
			}
			// who has filled the listener's queue could keep this waiting for ever
			CONNECT.check(fd, address, address.length);
			if (LINUX) {
				FCNTL.check(fd, F_SETFL, 0);
			}
		}
		catch (IOException ex) {
			close(fd);
			throw ex;
		}
		return aboveStandard(fd);
	}

	// struct sockaddr_un: on Linux the family is a short, elsewhere a byte after a length
	private static byte[] address(Path path) {
		byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
		ByteBuffer address = ByteBuffer.allocate(2 + name.length + 1).order(ByteOrder.nativeOrder());
		if (LINUX) {
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
		if (!LINUX) {
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
		if (LINUX) {
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
		if (!LINUX) {
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

	/**
	 * Writes to a descriptor.
	 * @param fd the descriptor
	 * @param bytes what to write, which has to fit
	 * @throws IOException if the system refuses
	 */
	public static void write(int fd, byte[] bytes) throws IOException {
		if (WRITE.check(fd, bytes, (long) bytes.length) != bytes.length) {
			throw new IOException("descriptor " + fd + " does not take " + bytes.length + " bytes");
		}
	}

	/**
	 * The ends of a pipe.
	 *
	 * @param output what is read from
	 * @param input what is written to
	 */
	record Pipe(int output, int input) {
	}

	/**
	 * The functions that change credentials. The C library's own change all threads of
	 * the process, the kernel's only one (nptl(7)).
	 */
	static final class Credentials {

		private static final CFunction SETGROUPS = new CFunction("setgroups", INT, POINTER, POINTER);

		private static final CFunction SETRESGID = new CFunction("setresgid", INT, INT, INT, INT);

		private static final CFunction SETRESUID = new CFunction("setresuid", INT, INT, INT, INT);

		private Credentials() {
		}

		static void clearGroups() throws IOException {
			SETGROUPS.check(0L, 0L);
		}

		static void setGid(int gid) throws IOException {
			SETRESGID.check(gid, gid, gid);
		}

		static void setUid(int uid) throws IOException {
			SETRESUID.check(uid, uid, uid);
		}

		/**
		 * Whether root could be had again; it is root then.
		 * @return whether it could
		 */
		static boolean regainsRoot() {
			return SETRESUID.call(0, 0, 0) == 0;
		}

	}

}
