package io.privsep.benchmarks.tika;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.HdrHistogram.Histogram;

import io.privsep.benchmarks.Results;

/**
 * Measures throughput, latency and memory, subject after subject in each round.
 */
final class Rounds {

	/** Names of rows. */
	static final String START = "start";

	static final String MEMORY = "memory";

	static final String FRESH = "fresh";

	private static final String NO_JDK = "";

	private final List<Subject> subjects;

	private final List<Document> documents;

	private final Results results;

	Rounds(List<Subject> subjects, List<Document> documents, Results results) {
		this.subjects = subjects;
		this.documents = documents;
		this.results = results;
	}

	static String mix(int callers) {
		return "mix-" + callers;
	}

	/**
	 * Requires that all subjects find the same in each document.
	 * @throws Exception if one does not
	 */
	void compare() throws Exception {
		for (Document document : this.documents) {
			ParsedDocument expected = this.subjects.get(0).parse(document.bytes());
			if (expected.text().isBlank()) {
				throw new IllegalStateException("There is no text in '" + document.name() + "'");
			}
			for (Subject subject : this.subjects) {
				ParsedDocument parsed = subject.parse(document.bytes());
				if (!parsed.type().equals(expected.type()) || !parsed.text().equals(expected.text())) {
					throw new IllegalStateException(
							"'" + subject + "' finds something else than '" + this.subjects.get(0) + "' in '"
									+ document.name() + "': '" + parsed.type() + "', " + parsed.text().length()
									+ " characters, expected '" + expected.type() + "', " + expected.text().length());
				}
			}
		}
	}

	void warmUp(Duration duration) throws Exception {
		for (Subject subject : this.subjects) {
			Slice.run(subject, this.documents, Subject.AT_ONCE, duration);
		}
	}

	void run(int round, Duration slice) throws Exception {
		List<Subject> order = new ArrayList<>(this.subjects);
		Collections.rotate(order, round);
		for (int callers = 1; callers <= Subject.AT_ONCE; callers++) {
			for (Subject subject : order) {
				Slice result = Slice.run(subject, this.documents, callers, slice);
				add(mix(callers), subject, round, "rate", result.rate());
				addLatencies(mix(callers), subject, round, result.all());
				for (int i = 0; i < this.documents.size() && callers == 1; i++) {
					addLatencies(this.documents.get(i).name(), subject, round, result.each().get(i));
				}
			}
		}
		for (Subject subject : this.subjects) {
			add(MEMORY, subject, round, "pss", subject.memory());
		}
	}

	private void addLatencies(String row, Subject subject, int round, Histogram latencies) {
		add(row, subject, round, "p50", latencies.getValueAtPercentile(50) / 1e6);
		add(row, subject, round, "p99", latencies.getValueAtPercentile(99) / 1e6);
	}

	/**
	 * Measures how long it takes until the first document is parsed, without a process.
	 * @param round number of the round
	 * @throws Exception if it is not parsed
	 */
	void start(int round) throws Exception {
		for (Subject subject : this.subjects) {
			subject.stop();
			long before = System.nanoTime();
			subject.start();
			subject.parse(this.documents.get(0).bytes());
			add(START, subject, round, "first", (System.nanoTime() - before) / 1e6);
		}
	}

	/**
	 * Measures documents that each get a fresh process.
	 * @param round number of the round
	 * @throws Exception if one is not parsed
	 */
	void fresh(int round) throws Exception {
		for (Subject subject : this.subjects) {
			Slice result = Slice.run(subject, this.documents, 1, Duration.ZERO);
			add(FRESH, subject, round, "rate", result.rate());
			addLatencies(FRESH, subject, round, result.all());
		}
	}

	private void add(String row, Subject subject, int round, String measure, double value) {
		this.results.add(NO_JDK, row, subject.toString(), round, measure, value);
	}

}
