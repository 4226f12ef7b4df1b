package io.privsep.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The few calls of the C library that Java lacks, for descriptors.
 */
public final class Posix {

	static final boolean LINUX = System.getProperty("os.name").startsWith("Linux");

	private static final CType INT = CFunction.INT;

	private static final CType POINTER = CFunction.POINTER;

	private static final int EBADF = 9;

	private static final int F_SETFD = 2;

	private static final int F_SETFL = 4;

	private static final int FD_CLOEXEC = 1;

	private static final int F_DUPFD_CLOEXEC = LINUX ? 1030 : 67;

	private static final int O_PATH = 0x200000;

	/** Of Linux, for sockets as well (SOCK_CLOEXEC). */
	static final int O_CLOEXEC = 0x80000;

	private static final CFunction OPEN = new CFunction("open", INT, POINTER, INT);

	private static final CFunction DUP = new CFunction("dup", INT, INT);

	private static final CFunction DUP2 = new CFunction("dup2", INT, INT, INT);

	private static final CFunction CLOSE = new CFunction("close", INT, INT);

	private static final CFunction FCNTL = CFunction.withVariableLast("fcntl", INT, INT, INT, INT);

	private static final CFunction PIPE = LINUX ? new CFunction("pipe2", INT, POINTER, INT)
			: new CFunction("pipe", INT, POINTER);

	private static final CFunction WRITE = new CFunction("write", INT, INT, POINTER, POINTER);

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
		if (duplicate < 0 && CFunction.lastError() == EBADF) {
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

	static void closeOnExec(int fd) throws IOException {
		FCNTL.check(fd, F_SETFD, FD_CLOEXEC);
	}

	// Lets it wait: none of its flags stays.
	static void setBlocking(int fd) throws IOException {
		FCNTL.check(fd, F_SETFL, 0);
	}

	// In an application that was started without them a new descriptor may be one of
	// the first three, which are replaced in a child.
	static int aboveStandard(int fd) throws IOException {
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

}
