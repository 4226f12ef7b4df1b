package io.privsep.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

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
		System.err.printf("%s, helpers%n", jdk);
		boolean root = "root".equals(System.getProperty("user.name"));
		for (int round = 0; round < this.options.fewRounds()
				&& (round == 0 || Instant.now().isBefore(deadline)); round++) {
			measure(jdk, SubjectType.OSLO_SUDO, SubjectType.OSLO_SUDO.command(jdk, this.options.home(), root), "",
					round);
			List<String> words = SubjectType.PRIVSEP.command(jdk, this.options.home(), root);
			measure(jdk, SubjectType.PRIVSEP, words, "-without-archive", round);
			List<String> withArchives = withArchives(words);
			if (round == 0) {
				makeArchives(withArchives);
			}
			measure(jdk, SubjectType.PRIVSEP, withArchives, "", round);
		}
	}

	private void measure(Jdk jdk, SubjectType type, List<String> words, String suffix, int round) {
		Path log = this.options.results().resolve("subjects.log");
		try (RunningSubject subject = RunningSubject.start(type, words, log)) {
			subject.awaitReady();
			for (String context : (type == SubjectType.PRIVSEP) ? List.of("text", "records") : List.of("")) {
				String name = (context.isEmpty() ? type.toString() : type + "-" + context) + suffix;
				// what was measured for memory has been called 1,000 times and no more
				this.results.add(jdk.toString(), ROW, name, round, subject.ask(("memory " + context).strip(), LIMIT));
				subject.ask(("start " + context).strip(), LIMIT);
				this.results.add(jdk.toString(), ROW, name, round, subject.ask(("start " + context).strip(), LIMIT));
			}
		}
		catch (IOException ex) {
			this.results.add(jdk.toString(), ROW, type + suffix, round, Report.error(ex));
		}
	}

	private Path archives() {
		return this.options.home().resolve("archives");
	}

	private List<String> withArchives(List<String> words) {
		return words.stream()
			.map((word) -> word.equals(SubjectType.NO_ARCHIVES) ? "--privsep.archive.directory=" + archives() : word)
			.toList();
	}

	// Made by the first application that misses them.
	private void makeArchives(List<String> words) throws IOException {
		long before = countArchives();
		try (RunningSubject subject = RunningSubject.start(SubjectType.PRIVSEP, words,
				this.options.results().resolve("subjects.log"))) {
			subject.awaitReady();
			for (int i = 0; i < 300 && countArchives() < before + 2; i++) {
				TimeUnit.MILLISECONDS.sleep(100);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private long countArchives() throws IOException {
		if (!Files.isDirectory(archives())) {
			return 0;
		}
		try (Stream<Path> files = Files.list(archives())) {
			return files.filter((file) -> file.toString().endsWith(".jsa")).count();
		}
	}

}
