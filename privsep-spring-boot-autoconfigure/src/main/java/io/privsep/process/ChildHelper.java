package io.privsep.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/**
 * Starts a helper as a child of the application, with one end of a fresh connection as
 * its fd 0.
 */
final class ChildHelper {

	/**
	 * For an instant fd 0 of the whole process is a helper's connection: one spawn at a
	 * time. Their thread never ends, as a sandbox ends with the thread that has started
	 * it (PR_SET_PDEATHSIG in prctl(2)).
	 */
	private static final Executor SPAWN = Executors.newSingleThreadExecutor((task) -> {
		Thread thread = new Thread(task, "privsep-spawn");
		thread.setDaemon(true);
		return thread;
	});

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
		HelperProcess helper = start(context, words, environment);
		tell(helper, first);
		return helper;
	}

	/**
	 * Starts a helper that is told later what to do.
	 * @param context name of its context
	 * @param words the program and its arguments
	 * @param environment its whole environment
	 * @return the helper
	 * @throws IOException if it cannot be started
	 */
	static HelperProcess start(String context, List<String> words, Map<String, String> environment) throws IOException {
		SocketPair pair = SocketPair.open();
		try {
			Process process = spawn(words, environment, pair.childFd());
			return new HelperProcess(pair.application(), process, HelperLog.start(context, process.getErrorStream()));
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
			String end = helper.end();
			throw new IOException(
					"the helper ended with " + end + " before it was told what to do; it said " + helper.lastWords(),
					ex);
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
		FutureTask<Process> task = new FutureTask<>(() -> {
			// -1 where the application was started without an fd 0
			int saved = Posix.duplicate(0);
			try {
				Posix.put(childFd, 0);
				return builder.start();
			}
			finally {
				if (saved >= 0) {
					Posix.put(saved, 0);
					Posix.close(saved);
				}
				else {
					Posix.close(0);
				}
			}
		});
		SPAWN.execute(task);
		return await(task);
	}

	// An interrupt does not shorten the wait: no process is left behind.
	private static Process await(FutureTask<Process> task) throws IOException {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return task.get();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
				catch (ExecutionException ex) {
					if (ex.getCause() instanceof IOException cause) {
						throw cause;
					}
					throw new IllegalStateException("a helper could not be started", ex.getCause());
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
