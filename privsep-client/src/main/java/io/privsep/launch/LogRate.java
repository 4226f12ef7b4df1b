package io.privsep.launch;

import java.util.concurrent.TimeUnit;

/**
 * How many lines of a helper may be logged: so many a second, and a burst of more after a
 * pause, such as the start or a stack trace. Not safe for use by several threads.
 */
final class LogRate {

	/** The lines that may be logged in each second. */
	static final int PER_SECOND = 1000;

	/** The lines that may be logged at once, after a pause. */
	static final int BURST = 5000;

	/** The characters of a line that counts as one. */
	static final int LINE_LENGTH = 8192;

	private static final long NANOS_PER_LINE = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;

	// What may be logged, as the time in which it becomes allowed.
	private long credit = BURST * NANOS_PER_LINE;

	private long last;

	LogRate(long now) {
		this.last = now;
	}

	/**
	 * Whether a line may be logged.
	 * @param now the time, in nanoseconds, that never goes back
	 * @return whether it may
	 */
	boolean allows(long now) {
		// a pause of centuries must not overflow
		long passed = Math.min(now - this.last, BURST * NANOS_PER_LINE);
		this.credit = Math.min(this.credit + passed, BURST * NANOS_PER_LINE);
		this.last = now;
		return this.credit >= NANOS_PER_LINE;
	}

	/**
	 * Whether there was a pause, after which a burst may be logged.
	 * @param now the time, in nanoseconds, that never goes back
	 * @return whether there was
	 */
	boolean isRested(long now) {
		return allows(now) && this.credit == BURST * NANOS_PER_LINE;
	}

	/**
	 * Takes a line. A long one counts as several.
	 * @param now the time, in nanoseconds, that never goes back
	 * @param length the characters of the line
	 * @return whether it may be logged
	 */
	boolean take(long now, int length) {
		if (!allows(now)) {
			return false;
		}
		this.credit -= NANOS_PER_LINE * (1 + length / LINE_LENGTH);
		return true;
	}

}
