package io.privsep.benchmarks.tika;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

/**
 * Callers that have one document after the other parsed, for some time.
 *
 * @param rate documents a second, of all callers
 * @param all latencies of all documents, in ns
 * @param each latencies of each document, in ns
 */
record Slice(double rate, Histogram all, List<Histogram> each) {

	private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

	static Slice run(Subject subject, List<Document> documents, int callers, Duration duration) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(callers);
		try {
			long start = System.nanoTime();
			long end = start + duration.toNanos();
			List<Callable<List<Histogram>>> work = new ArrayList<>();
			for (int i = 0; i < callers; i++) {
				int first = i * documents.size() / callers;
				work.add(() -> call(subject, documents, first, end));
			}
			List<Histogram> each = documents.stream().map((document) -> new Histogram(LONGEST, 3)).toList();
			Histogram all = new Histogram(LONGEST, 3);
			for (Future<List<Histogram>> caller : threads.invokeAll(work)) {
				for (int i = 0; i < documents.size(); i++) {
					each.get(i).add(caller.get().get(i));
					all.add(caller.get().get(i));
				}
			}
			return new Slice(all.getTotalCount() * 1e9 / (System.nanoTime() - start), all, each);
		}
		finally {
			threads.shutdownNow();
		}
	}

	// In whole turns, and at least one: no kind of document is parsed more often than
	// another.
	private static List<Histogram> call(Subject subject, List<Document> documents, int first, long end)
			throws Exception {
		List<Histogram> latencies = documents.stream().map((document) -> new Histogram(LONGEST, 3)).toList();
		do {
			for (int i = 0; i < documents.size(); i++) {
				int index = (first + i) % documents.size();
				long before = System.nanoTime();
				subject.parse(documents.get(index).bytes());
				latencies.get(index).recordValue(Math.min(System.nanoTime() - before, LONGEST));
			}
		}
		while (System.nanoTime() - end < 0);
		return latencies;
	}

}
