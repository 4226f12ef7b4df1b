package io.privsep.benchmarks.tika;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.privsep.benchmarks.Results;

/**
 * What a document costs that takes all memory, or never ends: whoever has it parsed, and
 * another caller who has good documents parsed meanwhile.
 */
final class Mishaps {

	/** Names of measures. */
	static final String EXCEPTION = "exception";

	static final String NEXT = "next";

	static final String OTHER_FAILED = "other-failed";

	static final String OTHER_LONGEST = "other-longest";

	private static final int AFTERWARDS = 4;

	private final Document good;

	private final Results results;

	Mishaps(Document good, Results results) {
		this.good = good;
		this.results = results;
	}

	void run(Subject subject, Attempt attempt, int round) throws Exception {
		AtomicBoolean ended = new AtomicBoolean();
		CompletableFuture<Other> other = CompletableFuture.supplyAsync(() -> other(subject, ended));
		TimeUnit.MILLISECONDS.sleep(500);
		long start = System.nanoTime();
		boolean parsed = false;
		try {
			subject.parse(attempt.document(""));
			parsed = true;
		}
		catch (Exception ex) {
			add(subject, attempt, round, EXCEPTION, seconds(System.nanoTime() - start));
		}
		if (parsed) {
			throw new IllegalStateException("'" + subject + "' has parsed the document of " + attempt);
		}
		long exception = System.nanoTime();
		while (!succeeds(subject)) {
			Thread.onSpinWait();
		}
		add(subject, attempt, round, NEXT, seconds(System.nanoTime() - exception));
		TimeUnit.SECONDS.sleep(AFTERWARDS);
		ended.set(true);
		Other result = other.join();
		add(subject, attempt, round, OTHER_FAILED, result.failed());
		add(subject, attempt, round, OTHER_LONGEST, seconds(result.longest()));
	}

	private void add(Subject subject, Attempt attempt, int round, String measure, double value) {
		this.results.add("", attempt.name(), subject.toString(), round, measure, value);
	}

	private static double seconds(long nanos) {
		return nanos / 1e9;
	}

	private Other other(Subject subject, AtomicBoolean ended) {
		int failed = 0;
		long longest = 0;
		while (!ended.get()) {
			long before = System.nanoTime();
			if (!succeeds(subject)) {
				failed++;
			}
			longest = Math.max(longest, System.nanoTime() - before);
		}
		return new Other(failed, longest);
	}

	private boolean succeeds(Subject subject) {
		try {
			subject.parse(this.good.bytes());
			return true;
		}
		catch (Exception ex) {
			return false;
		}
	}

	/**
	 * What the other caller has seen.
	 *
	 * @param failed how many of its documents failed
	 * @param longest the longest time that one took, in ns
	 */
	private record Other(int failed, long longest) {
	}

}
