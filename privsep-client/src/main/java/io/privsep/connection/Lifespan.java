package io.privsep.connection;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * How long a helper may serve before another takes its place: for so many calls, or for
 * so long.
 */
public final class Lifespan {

	private final @Nullable Duration after;

	private final LongSupplier clock;

	private final BooleanSupplier hasSuccessor;

	private final @Nullable BooleanSupplier isOutdated;

	private volatile long callsLeft;

	/** When it has served for so long; {@code null} for never, or while it waits. */
	private volatile @Nullable Long end;

	/**
	 * Makes the lifespan of one helper.
	 * @param calls for how many calls it serves; {@code null} for any number
	 * @param after for how long; {@code null} for ever
	 * @param clock as {@link System#nanoTime}
	 * @param hasSuccessor whether the next helper can take over; one whose time is over
	 * serves until then, but takes no more calls than it may
	 * @param isOutdated whether another helper would see something else, which ends this
	 * one's time before its next call; {@code null} where there is nothing to look at
	 */
	public Lifespan(@Nullable Integer calls, @Nullable Duration after, LongSupplier clock, BooleanSupplier hasSuccessor,
			@Nullable BooleanSupplier isOutdated) {
		this.isOutdated = isOutdated;
		this.after = after;
		this.clock = clock;
		this.hasSuccessor = hasSuccessor;
		this.callsLeft = (calls != null) ? calls : Long.MAX_VALUE;
	}

	LongSupplier clock() {
		return this.clock;
	}

	/** The helper serves from now on: one that waits for that does not grow old. */
	void begin() {
		if (this.after != null) {
			this.end = this.clock.getAsLong() + this.after.toNanos();
		}
	}

	// Which may take long, on a file system that does not answer.
	boolean looksAtFiles() {
		return this.isOutdated != null;
	}

	boolean endIfOutdated() {
		if (this.isOutdated == null || !this.isOutdated.getAsBoolean()) {
			return false;
		}
		synchronized (this) {
			this.callsLeft = 0;
		}
		return true;
	}

	boolean hasCalls() {
		return this.callsLeft > 0;
	}

	/**
	 * Takes one of the calls.
	 * @return whether there was one left
	 */
	synchronized boolean takeCall() {
		if (!hasCalls()) {
			return false;
		}
		this.callsLeft--;
		return true;
	}

	// Whether the next helper should take over, now.
	boolean isOver() {
		return !hasCalls() || left() <= 0 && this.hasSuccessor.getAsBoolean();
	}

	/**
	 * How long its time will be over, if nothing else happens.
	 * @return nanoseconds, at least one
	 */
	long untilOver() {
		long left = left();
		return (left > 0) ? left : Long.MAX_VALUE;
	}

	private long left() {
		Long last = this.end;
		return (last != null) ? last - this.clock.getAsLong() : Long.MAX_VALUE;
	}

}
