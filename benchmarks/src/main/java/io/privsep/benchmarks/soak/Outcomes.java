package io.privsep.benchmarks.soak;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;

/**
 * How many calls were made, and what came of them.
 */
final class Outcomes {

	private final LongAdder made = new LongAdder();

	private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();

	void made() {
		this.made.increment();
	}

	void returned() {
		count("returned");
	}

	/**
	 * Counts a call that threw.
	 * @param thrown what it threw
	 * @param expected whether the function does that
	 * @return whether that can come of a call
	 */
	boolean threw(Throwable thrown, boolean expected) {
		String outcome = expected ? "threw what the function threw"
				: (thrown instanceof PrivsepConnectionLostException) ? "connection lost"
						: (thrown instanceof PrivsepUnavailableException) ? "unavailable"
								: (thrown instanceof PrivsepBusyException) ? "busy"
										: (thrown instanceof PrivsepTimeoutException) ? "timeout, or interrupted"
												: (thrown instanceof CancellationException) ? "cancelled" : "";
		count(outcome.isEmpty() ? "unexpected: " + thrown : outcome);
		return !outcome.isEmpty();
	}

	private void count(String outcome) {
		this.outcomes.computeIfAbsent(outcome, (name) -> new LongAdder()).increment();
	}

	long countMade() {
		return this.made.sum();
	}

	// Calls of which nothing has come.
	long countLost() {
		return countMade() - all().values().stream().mapToLong(Long::longValue).sum();
	}

	Map<String, Long> all() {
		Map<String, Long> all = new TreeMap<>();
		this.outcomes.forEach((outcome, count) -> all.put(outcome, count.sum()));
		return all;
	}

}
