package io.privsep.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.privsep.linux.ChildProcess;
import io.privsep.linux.ErrorPipe;
import io.privsep.linux.SharedInput;
import io.privsep.linux.SocketPair;

/**
 * Starts a helper as a child of the application, with one end of a fresh connection as
 * its fd 0.
 */
public final class ChildHelper {

	private ChildHelper() {
	}

	/**
	 * Starts a helper.
	 * @param context name of its context
	 * @param command the program and its arguments
	 * @param environment its whole environment
	 * @param first what it is sent first
	 * @return the helper
	 * @throws IOException if it cannot be started
	 */
	public static HelperProcess start(String context, List<String> command, Map<String, String> environment,
			ByteBuffer first) throws IOException {
		HelperProcess helper = start(context, command, environment);
		tell(helper, first);
		return helper;
	}

	/**
	 * Starts a helper that gets its definition later.
	 * @param context name of its context
	 * @param command the program and its arguments
	 * @param environment its whole environment
	 * @return the helper
	 * @throws IOException if it cannot be started
	 */
	public static HelperProcess start(String context, List<String> command, Map<String, String> environment)
			throws IOException {
		return start(OwnLoggers.none(context), null, command, environment);
	}

	/**
	 * Starts a helper that gets its definition later.
	 * @param own the loggers that it may name
	 * @param mounts what its sandbox has mounted; {@code null} if it has none
	 * @param command the program and its arguments
	 * @param environment its whole environment
	 * @return the helper
	 * @throws IOException if it cannot be started
	 */
	static HelperProcess start(OwnLoggers own, @Nullable SandboxMounts mounts, List<String> command,
			Map<String, String> environment) throws IOException {
		SocketPair pair = SocketPair.open();
		try {
			ErrorPipe error = ErrorPipe.open();
			try {
				Process process = spawn(command, environment, pair.childFd(), error);
				return new HelperProcess(pair.application(), process, HelperLog.start(own, error.application()), mounts,
						() -> HelperEnd.unknown("not started"));
			}
			catch (IOException | RuntimeException | Error ex) {
				error.application().close();
				throw ex;
			}
			finally {
				error.closeChildFd();
			}
		}
		catch (IOException | RuntimeException | Error ex) {
			// which ends a helper that was started
			pair.application().close();
			throw ex;
		}
		finally {
			pair.closeChildFd();
		}
	}

	/**
	 * Tells a helper what to do.
	 * @param helper the helper, which is ended if that is not possible
	 * @param first what it is sent first
	 * @throws IOException if it has ended
	 */
	static void tell(HelperProcess helper, ByteBuffer first) throws IOException {
		try {
			while (first.hasRemaining()) {
				helper.connection().write(first);
			}
		}
		catch (IOException ex) {
			HelperEnd end = helper.end();
			throw new UntoldHelperException(end, helper.stderrTail(), ex);
		}
	}

	/**
	 * Starts a process with a connection as its fd 0. The application's own fd 0 is not
	 * touched, but where the system leaves no other way.
	 * @param command the program and its arguments
	 * @param environment its whole environment
	 * @param childFd its end of the connection
	 * @param error what it says on its standard error goes there
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	private static Process spawn(List<String> command, Map<String, String> environment, int childFd, ErrorPipe error)
			throws IOException {
		return ChildProcess.isPossible() ? ChildProcess.start(command, environment, childFd, error.childFd())
				: SharedInput.start(command, environment, childFd, error.childPath());
	}

}
