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

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final Options options;

	private final Results results;

	HelperRows(Options options, Results results) {
		this.options = options;
		this.results = results;
	}

	void run(Jdk jdk, Instant deadline) throws IOException {
		if (!this.options.wants(ROW)) {
			return;
		}
		this.results.skip(ROW + " with an archive of classes", "there is no such archive yet");
		System.err.printf("%s, helpers%n", jdk);
		boolean root = "root".equals(System.getProperty("user.name"));
		Path log = this.options.results().resolve("subjects.log");
		for (int round = 0; round < this.options.fewRounds()
				&& (round == 0 || Instant.now().isBefore(deadline)); round++) {
			// what was measured for memory has been called 1,000 times and no more
			for (SubjectType type : List.of(SubjectType.OSLO_SUDO, SubjectType.PRIVSEP)) {
				try (RunningSubject subject = RunningSubject.start(type, type.command(jdk, this.options.home(), root),
						log)) {
					subject.awaitReady();
					for (String context : (type == SubjectType.PRIVSEP) ? List.of("text", "records") : List.of("")) {
						String name = context.isEmpty() ? type.toString() : type + "-" + context;
						this.results.add(jdk.toString(), ROW, name, round,
								subject.ask(("memory " + context).strip(), LIMIT));
						subject.ask(("start " + context).strip(), LIMIT);
						this.results.add(jdk.toString(), ROW, name, round,
								subject.ask(("start " + context).strip(), LIMIT));
					}
				}
				catch (IOException ex) {
					this.results.add(jdk.toString(), ROW, type.toString(), round, Report.error(ex));
				}
			}
		}
	}

}
