package io.privsep.benchmarks;

import io.privsep.benchmarks.load.Payload;

/**
 * One comparison: the same work for every subject.
 *
 * @param payload what crosses
 * @param callers how many call at once
 * @param virtual whether they are virtual threads
 * @param pinned whether both processes of a pair share one CPU
 */
record Cell(Payload payload, int callers, boolean virtual, boolean pinned) {

	String name() {
		return this.payload + "-" + this.callers + "-" + threads() + "-" + pinning();
	}

	String threads() {
		return this.virtual ? "virtual" : "platform";
	}

	String pinning() {
		return this.pinned ? "pinned" : "unpinned";
	}

}
