package io.privsep.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;

/**
 * Runs the comparisons and writes what they gave. Started by {@code run.sh}.
 */
public final class Benchmarks {

	private Benchmarks() {
	}

	public static void main(String[] args) throws IOException {
		Options options = Options.parse(args);
		Results results = new Results();
		Instant start = Instant.now();
		Files.createDirectories(options.results());
		CallRows calls = new CallRows(options, results);
		// calls take two thirds of the time
		int shares = options.jdks().size() * options.forks();
		int share = 0;
		for (int fork = 0; fork < options.forks(); fork++) {
			for (Jdk jdk : options.jdks()) {
				share++;
				calls.run(jdk, fork, start.plus(options.budget().multipliedBy(2L * share).dividedBy(3L * shares)));
			}
		}
		Instant end = start.plus(options.budget());
		for (Jdk jdk : options.quick() ? List.of(options.mainJdk()) : options.jdks()) {
			new HelperRows(options, results).run(jdk, end);
			new StartRows(options, results).run(jdk, end);
			new JmhRows(options, results).run(jdk);
		}
		Report report = new Report(options, results);
		report.writeJson(options.results().resolve("latest.json"));
		String markdown = report.markdown(calls);
		Files.writeString(options.results().resolve("latest.md"), markdown);
		Files.writeString(options.results().resolve("latest.svg"), new Plot(options.mainJdk(), results).svg());
		System.out.println(markdown);
	}

}
