package io.privsep.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/**
 * Starts a process where {@link ChildProcess} is not possible: for an instant fd 0 of the
 * whole application is that of the process.
 */
public final class SharedInput {

	/**
	 * One start at a time. Their thread never ends, as a sandbox ends with the thread
	 * that has started it (PR_SET_PDEATHSIG in prctl(2)).
	 */
	private static final Executor SPAWN = Executors.newSingleThreadExecutor((task) -> {
		Thread thread = new Thread(task, "privsep-spawn");
		thread.setDaemon(true);
		return thread;
	});

	private SharedInput() {
	}

	/**
	 * Starts a process in the directory {@code /}.
	 * @param command the program and its arguments
	 * @param environment its whole environment
	 * @param input its standard input
	 * @param error path of its standard error
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	public static Process start(List<String> command, Map<String, String> environment, int input, Path error)
			throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("/").toFile())
			.redirectInput(ProcessBuilder.Redirect.INHERIT)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectError(ProcessBuilder.Redirect.to(error.toFile()));
		builder.environment().clear();
		builder.environment().putAll(environment);
		FutureTask<Process> task = new FutureTask<>(() -> {
			// -1 where the application was started without an fd 0
			int saved = Posix.duplicate(0);
			try {
				Posix.put(input, 0);
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
