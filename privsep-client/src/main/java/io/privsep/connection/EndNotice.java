package io.privsep.connection;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * How a helper has ended, for callers whose calls are lost: that becomes known a little
 * later than the end of its connection.
 */
public final class EndNotice {

	private final CountDownLatch given = new CountDownLatch(1);

	private volatile @Nullable Throwable end;

	/**
	 * Gives it.
	 * @param end an exception that says how the helper has ended
	 */
	public void give(Throwable end) {
		this.end = end;
		this.given.countDown();
	}

	/**
	 * Waits for it. An interrupted thread does not wait.
	 * @param timeout how long
	 * @return an exception that says how the helper has ended; {@code null} if that is
	 * not known in time
	 */
	public @Nullable Throwable await(Duration timeout) {
		try {
			this.given.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.end;
	}

}
