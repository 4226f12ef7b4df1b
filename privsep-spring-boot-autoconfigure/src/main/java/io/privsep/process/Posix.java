package io.privsep.process;

import java.io.IOException;

import jnr.constants.platform.Errno;
import jnr.constants.platform.Fcntl;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Runtime;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * The few calls of the C library that Java lacks.
 */
final class Posix {

	private static final int FD_CLOEXEC = 1;

	private Posix() {
	}

	static POSIX posix() {
		return Library.POSIX;
	}

	static LibC libc() {
		return Library.LIBC;
	}

	static void closeOnExec(int fd) throws IOException {
		check("fcntl", Library.POSIX.fcntlInt(fd, Fcntl.F_SETFD, FD_CLOEXEC));
	}

	static int check(String call, int result) throws IOException {
		if (result < 0) {
			throw new IOException(call + ": " + Errno.valueOf(Library.POSIX.errno()).description());
		}
		return result;
	}

	static int checkLibC(String call, int result) throws IOException {
		if (result < 0) {
			int errno = Runtime.getRuntime(Library.LIBC).getLastError();
			throw new IOException(call + ": " + Errno.valueOf(errno).description());
		}
		return result;
	}

	/**
	 * Loaded on first use, which takes some hundred milliseconds.
	 */
	private static final class Library {

		static final POSIX POSIX = POSIXFactory.getPOSIX();

		static final LibC LIBC = LibraryLoader.create(LibC.class).option(LibraryOption.SaveError, true).load("c");

	}

	/**
	 * Those that jnr-posix lacks. The C library's own functions change all threads of the
	 * process, the kernel's only one (nptl(7)).
	 */
	public interface LibC {

		int setgroups(long size, int[] groups);

		int setresgid(int real, int effective, int saved);

		int setresuid(int real, int effective, int saved);

	}

}
