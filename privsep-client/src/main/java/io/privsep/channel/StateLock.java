package io.privsep.channel;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Guards a state, and lets threads wait for a change of it. Virtual threads do not pin
 * their carriers here.
 */
final class StateLock {

	private final LongSupplier clock;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/**
	 * Makes one.
	 * @param clock as {@link System#nanoTime}
	 */
	StateLock(LongSupplier clock) {
		this.clock = clock;
	}

	void run(Runnable step) {
		get(() -> {
			step.run();
			return null;
		});
	}

	<T extends @Nullable Object> T get(Supplier<T> step) {
		this.lock.lock();
		try {
			return step.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	// The state has changed, in a step.
	void signal() {
		this.changed.signalAll();
	}

	/**
	 * Waits for something.
	 * @param <T> its type
	 * @param step gets it, or {@code null} as long as it is not there
	 * @param givesUp whether it will never be there
	 * @param deadline until when to wait, as of {@link System#nanoTime}
	 * @return it, or {@code null} if it is not there in time, or will never be
	 * @throws InterruptedException if the thread is interrupted
	 */
	<T> @Nullable T await(Supplier<@Nullable T> step, BooleanSupplier givesUp, long deadline)
			throws InterruptedException {
		this.lock.lock();
		try {
			while (!givesUp.getAsBoolean()) {
				T result = step.get();
				long left = deadline - this.clock.getAsLong();
				if (result != null || left <= 0) {
					return result;
				}
				this.changed.awaitNanos(left);
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	// In a step: whatever else, it is needed.
	void awaitUninterruptibly(BooleanSupplier condition) {
		while (!condition.getAsBoolean()) {
			this.changed.awaitUninterruptibly();
		}
	}

}
