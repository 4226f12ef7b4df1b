package io.privsep.benchmarks;

import java.time.Duration;

import io.privsep.benchmarks.load.Payload;

/**
 * One comparison: the same work for every subject.
 *
 * @param payload what is sent
 * @param callers how many call at once
 * @param virtual whether they are virtual threads
 * @param pinned whether both processes of a pair share one CPU
 */
record Cell(Payload payload, int callers, boolean virtual, boolean pinned) {

	String name() {
		return this.payload + "-" + this.callers + "-" + threads() + "-" + pinning();
	}

	/**
	 * How long to measure it.
	 * @param slice the time in which all callers make many calls with small payloads
	 * @return more of it where one call of each caller already takes long
	 */
	Duration slice(Duration slice) {
		long atOnce = (long) this.callers * this.payload.bytes();
		return (atOnce > 64 << 20) ? slice.multipliedBy(8) : (atOnce > 8 << 20) ? slice.multipliedBy(3) : slice;
	}

	String threads() {
		return this.virtual ? "virtual" : "platform";
	}

	String pinning() {
		return this.pinned ? "pinned" : "unpinned";
	}

}
