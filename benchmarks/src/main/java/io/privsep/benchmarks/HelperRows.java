package io.privsep.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The row {@code helper}: from the start of a helper's process until it is ready, by an
 * application that is warm, and its memory after 1,000 calls; beside it the daemon of
 * oslo.privsep.
 */
final class HelperRows {

	static final String ROW = "helper";

	private static final List<String> CONTEXTS = List.of("text", "records", "constrained");

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final Options options;

	private final Results results;

	HelperRows(Options options, Results results) {
		this.options = options;
		this.results = results;
	}

	void run(Jdk jdk, Instant deadline) {
		if (!this.options.wants(ROW)) {
			return;
		}
		System.err.printf("%s, helpers%n", jdk);
		boolean root = "root".equals(System.getProperty("user.name"));
		for (int round = 0; round < this.options.fewRounds()
				&& (round == 0 || Instant.now().isBefore(deadline)); round++) {
			measure(jdk, SubjectType.OSLO_SUDO, SubjectType.OSLO_SUDO.command(jdk, this.options.home(), root), round);
			measure(jdk, SubjectType.PRIVSEP, SubjectType.privsep(jdk, this.options.home(), root, CONTEXTS), round);
		}
	}

	private void measure(Jdk jdk, SubjectType type, List<String> words, int round) {
		Path log = this.options.results().resolve("subjects.log");
		try (RunningSubject subject = RunningSubject.start(type, words, log)) {
			subject.awaitReady();
			for (String context : (type == SubjectType.PRIVSEP) ? CONTEXTS : List.of("")) {
				String name = context.isEmpty() ? type.toString() : type + "-" + context;
				// what was measured for memory has been called 1,000 times and no more
				this.results.add(jdk.toString(), ROW, name, round, subject.ask(("memory " + context).strip(), LIMIT));
				subject.ask(("start " + context).strip(), LIMIT);
				this.results.add(jdk.toString(), ROW, name, round, subject.ask(("start " + context).strip(), LIMIT));
			}
		}
		catch (IOException ex) {
			this.results.add(jdk.toString(), ROW, type.toString(), round, Report.error(ex));
		}
	}

}
