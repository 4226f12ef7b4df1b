package io.privsep.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads as the system knows them, for one that does not come back from a system call.
 */
public final class NativeThread {

	/**
	 * With this signal ({@code SIGRTMAX - 2}) the JVM itself wakes threads that are in a
	 * system call; its handler does nothing.
	 */
	private static final int SIGNAL = 62;

	private static final Logger logger = LoggerFactory.getLogger(NativeThread.class);

	private NativeThread() {
	}

	/**
	 * The system's number of the current thread, which must not be a virtual one.
	 * @return the number; 0 where there is no {@code /proc}
	 */
	public static int currentId() {
		try {
			return Integer.parseInt(Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString());
		}
		catch (IOException | RuntimeException ex) {
			return 0;
		}
	}

	/**
	 * Has the system call return in which a thread waits, if it is one that a signal
	 * interrupts. Where the C library cannot do that, as glibc before 2.30, it waits on.
	 * @param id the number of the thread, or 0
	 */
	public static void wake(int id) {
		try {
			if (id != 0 && isHandled() && CFunction.exists("tgkill")) {
				new CFunction("tgkill", CFunction.INT, CFunction.INT, CFunction.INT, CFunction.INT)
					.call((int) ProcessHandle.current().pid(), id, SIGNAL);
			}
		}
		catch (LinkageError ex) {
			// nor can it where the C library cannot be called
			logger.debug("Thread {} cannot be woken", id, ex);
		}
	}

	// Without a handler, the signal would end the application.
	private static boolean isHandled() {
		try {
			return Files.readAllLines(Path.of("/proc/self/status"))
				.stream()
				.filter((line) -> line.startsWith("SigCgt:"))
				.anyMatch((line) -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >>> (SIGNAL - 1) & 1) == 1);
		}
		catch (IOException | NumberFormatException ex) {
			return false;
		}
	}

}
