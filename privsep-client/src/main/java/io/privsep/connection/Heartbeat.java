package io.privsep.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Pings a helper that is silent, for the monitor of a {@link Connection}.
 */
final class Heartbeat {

	/**
	 * So many may come unasked, and one more each minute: an application that was stopped
	 * finds those of a day at once. More would cost it much more than the helper.
	 */
	private static final int MAX_UNASKED = 1000;

	private final long start;

	private final LongSupplier clock;

	private final AtomicInteger pings = new AtomicInteger();

	private long heartbeats;

	private final Duration interval;

	private final BooleanSupplier ping;

	/** Since when the helper is asked. */
	private @Nullable Long asked;

	/** Whether the question has got through. */
	private boolean isSent;

	/**
	 * Makes one.
	 * @param interval how long a helper may be silent before it is pinged, and how long
	 * it has to reply; zero disables pings
	 * @param ping sends a ping without waiting, and says whether it has got through
	 * @param clock as {@link System#nanoTime}
	 */
	Heartbeat(Duration interval, BooleanSupplier ping, LongSupplier clock) {
		this.clock = clock;
		this.start = clock.getAsLong();
		this.interval = interval;
		this.ping = ping;
	}

	/**
	 * How long nothing has to be asked.
	 * @param lastFrame when something came from the helper
	 * @param retry when a ping that has not got through is sent again
	 * @return nanoseconds, at least one
	 */
	long untilNext(long lastFrame, Duration retry) {
		if (this.interval.isZero()) {
			return Long.MAX_VALUE;
		}
		Long since = this.asked;
		if (since != null && !this.isSent) {
			return retry.toNanos();
		}
		return Math.max(1, ((since != null) ? since : lastFrame) + this.interval.toNanos() - this.clock.getAsLong());
	}

	/**
	 * Asks a helper that is silent.
	 * @param lastFrame when something came from it
	 * @return whether it has given no heartbeat for too long
	 */
	boolean isMissing(long lastFrame) {
		if (this.interval.isZero()) {
			return false;
		}
		long now = this.clock.getAsLong();
		if (this.asked != null && lastFrame - this.asked > 0) {
			// whatever came is a heartbeat
			this.asked = null;
		}
		if (this.asked == null) {
			if (now - lastFrame < this.interval.toNanos()) {
				return false;
			}
			this.asked = now;
			this.isSent = false;
		}
		if (!this.isSent) {
			// another thread may be writing, or the helper not be reading just now: then
			// it is sent a little later
			this.pings.incrementAndGet();
			this.isSent = this.ping.getAsBoolean();
		}
		return now - this.asked >= this.interval.toNanos();
	}

	/**
	 * Takes a heartbeat, asked for or not. Only for the leader.
	 * @return whether so many may have come
	 */
	boolean take() {
		long minutes = Duration.ofNanos(this.clock.getAsLong() - this.start).toMinutes();
		return ++this.heartbeats <= MAX_UNASKED + this.pings.get() + minutes;
	}

	IOException failure() {
		return new IOException("the helper has sent no heartbeat within " + this.interval.toMillis() + "ms");
	}

}
