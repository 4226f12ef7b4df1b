package io.privsep.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.privsep.connection.Connection;
import io.privsep.connection.Machine;
import io.privsep.connection.SocketTransport;
import io.privsep.launch.LaunchedHelper;

/**
 * The thread of one helper: starts it, monitors its connection and closes it.
 * <p>
 * It, and whoever else reads the connection, {@linkplain SocketTransport may not come
 * back}. So whoever has something done here does not touch the connection, and minds the
 * time: what does not come back is woken by a signal, the connection is at its end, and a
 * thread that stays away all the same is left behind.
 */
final class MonitorThread {

	/** How often it is looked at. */
	static final Duration LOOK = Duration.ofMillis(500);

	/** So many looks at one and the same visit, and the connection ends: 1 to 1.5 s. */
	private static final int MISSING = 3;

	/** So many, and nobody waits any longer. */
	private static final int LEFT_BEHIND = 8;

	private final ExecutorService thread;

	private volatile @Nullable Thread current;

	private volatile @Nullable LaunchedHelper process;

	private volatile @Nullable Connection connection;

	private long visit;

	private int looks;

	MonitorThread(String name, Machine machine) {
		this.thread = Executors.newSingleThreadExecutor((task) -> {
			Thread thread = machine.threads().make(name, task);
			this.current = thread;
			return thread;
		});
	}

	/**
	 * Sets what to look at, as soon as it is there.
	 * @param connection the connection
	 * @param process the process at its other end
	 */
	void watch(Connection connection, LaunchedHelper process) {
		this.process = process;
		this.connection = connection;
	}

	/**
	 * Has something done, and waits for it. An interrupt is passed on to the thread.
	 * @param <T> the type of the result
	 * @param task what to do
	 * @return its result
	 * @throws LeftBehindException if it does not come back
	 * @throws ExecutionException if it fails
	 */
	<T extends @Nullable Object> T call(Callable<T> task) throws ExecutionException, LeftBehindException {
		Future<T> result = this.thread.submit(task);
		while (true) {
			try {
				return result.get(LOOK.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (TimeoutException ex) {
				look();
			}
			catch (InterruptedException ex) {
				interrupt();
			}
		}
	}

	// Has something done, without a wait.
	void later(Runnable task) {
		this.thread.submit(task);
	}

	private void interrupt() {
		Thread thread = this.current;
		if (thread != null) {
			thread.interrupt();
		}
	}

	private void look() throws LeftBehindException {
		Connection looked = this.connection;
		if (looked == null) {
			return;
		}
		long now = looked.transport().visit();
		this.looks = (now != 0 && now == this.visit) ? this.looks + 1 : 1;
		this.visit = now;
		if (now == 0 || this.looks < MISSING) {
			return;
		}
		looked.end(new LeftBehindException());
		looked.transport().interrupt(now);
		if (this.looks >= LEFT_BEHIND) {
			Objects.requireNonNull(this.process).kill();
			throw new LeftBehindException();
		}
	}

	// What it was told to do it still does, when it comes back.
	void end() {
		this.thread.shutdown();
	}

	/** A thread that reads or closes the connection does not come back. */
	static final class LeftBehindException extends IOException {

		private static final long serialVersionUID = 1L;

		LeftBehindException() {
			super("a thread that reads from the helper does not come back; "
					+ "the helper may have sent an open socket along");
		}

	}

}
