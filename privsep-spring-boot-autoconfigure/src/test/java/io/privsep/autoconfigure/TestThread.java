package io.privsep.autoconfigure;

import java.util.concurrent.FutureTask;

import org.jspecify.annotations.Nullable;

/**
 * A thread of a test.
 */
final class TestThread {

	private TestThread() {
	}

	/**
	 * Starts one that keeps no JVM from ending.
	 * @param task what it does
	 * @return the end of it
	 */
	static FutureTask<@Nullable Void> start(Task task) {
		FutureTask<@Nullable Void> future = new FutureTask<>(() -> {
			task.run();
			return null;
		});
		Thread thread = new Thread(future);
		thread.setDaemon(true);
		thread.start();
		return future;
	}

	/** What a thread does. */
	@FunctionalInterface
	interface Task {

		void run() throws Exception;

	}

}
