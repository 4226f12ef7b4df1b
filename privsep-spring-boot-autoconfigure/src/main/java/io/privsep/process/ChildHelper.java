package io.privsep.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Starts a helper as a child of the application, with one end of a fresh connection as
 * its fd 0.
 */
final class ChildHelper {

	/**
	 * For an instant fd 0 of the whole process is a helper's connection: one spawn at a
	 * time.
	 */
	private static final Object SPAWN = new Object();

	private ChildHelper() {
	}

	/**
	 * Starts a helper.
	 * @param context name of its context
	 * @param words the program and its arguments
	 * @param environment its whole environment
	 * @param first what it is sent first
	 * @return the helper
	 * @throws IOException if it cannot be started
	 */
	static HelperProcess start(String context, List<String> words, Map<String, String> environment, ByteBuffer first)
			throws IOException {
		SocketPair pair = SocketPair.open();
		Process process = null;
		try {
			try {
				process = spawn(words, environment, pair.childFd());
			}
			finally {
				pair.closeChildFd();
			}
			while (first.hasRemaining()) {
				pair.application().write(first);
			}
			return new HelperProcess(pair.application(), process, HelperLog.start(context, process.getErrorStream()));
		}
		catch (IOException | RuntimeException ex) {
			HelperLog log = (process != null) ? HelperLog.start(context, process.getErrorStream()) : null;
			HelperProcess failed = new HelperProcess(pair.application(), process, log);
			String end = failed.end();
			if (process != null) {
				throw new IOException("the helper ended with " + end + " before it was told what to do; it said "
						+ failed.lastWords(), ex);
			}
			throw ex;
		}
	}

	/**
	 * Starts a process with a connection as its fd 0.
	 * @param words the program and its arguments
	 * @param environment its whole environment
	 * @param childFd its end of the connection
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	static Process spawn(List<String> words, Map<String, String> environment, int childFd) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(words).directory(Path.of("/").toFile())
			.redirectInput(ProcessBuilder.Redirect.INHERIT)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectError(ProcessBuilder.Redirect.PIPE);
		builder.environment().clear();
		builder.environment().putAll(environment);
		synchronized (SPAWN) {
			// -1 where the application was started without an fd 0
			int saved = Posix.posix().dup(0);
			try {
				if (saved >= 0) {
					Posix.closeOnExec(saved);
				}
				Posix.check("dup2", Posix.posix().dup2(childFd, 0));
				return builder.start();
			}
			finally {
				if (saved >= 0) {
					Posix.posix().dup2(saved, 0);
					Posix.posix().close(saved);
				}
				else {
					Posix.posix().close(0);
				}
			}
		}
	}

}
