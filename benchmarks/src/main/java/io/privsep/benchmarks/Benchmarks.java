package io.privsep.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Runs the comparisons and writes what they gave. Started by {@code run.sh}.
 */
public final class Benchmarks {

	private Benchmarks() {
	}

	public static void main(String[] args) throws IOException {
		if (args[0].equals("--report")) {
			Path directory = Path.of(args[1]);
			Report.read(directory).writePage(directory);
			return;
		}
		Options options = Options.parse(args);
		Results results = new Results();
		Instant start = Instant.now();
		Files.createDirectories(options.results());
		CallRows calls = new CallRows(options, results);
		// the share of calls; JMH takes as long as it does
		Duration callsBudget = options.budget().multipliedBy(2).dividedBy(3);
		int cells = options.jdks().stream().mapToInt((jdk) -> calls.cells(jdk).size()).sum();
		int done = 0;
		for (Jdk jdk : options.jdks()) {
			done += calls.cells(jdk).size();
			calls.run(jdk, start.plus(callsBudget.multipliedBy(done).dividedBy(Math.max(1, cells))));
		}
		List<Jdk> others = options.quick() ? List.of(options.mainJdk()) : options.jdks();
		Instant callsEnd = Instant.now();
		Duration each = Duration.between(callsEnd, start.plus(options.budget())).dividedBy(3L * others.size());
		for (int i = 0; i < others.size(); i++) {
			Jdk jdk = others.get(i);
			int share = 3 * i;
			attempt(results, HelperRows.ROW, jdk,
					() -> new HelperRows(options, results).run(jdk, callsEnd.plus(each.multipliedBy(share + 1))));
			attempt(results, StartRows.ROW, jdk,
					() -> new StartRows(options, results).run(jdk, callsEnd.plus(each.multipliedBy(share + 2))));
			attempt(results, CostRows.GROWTH, jdk,
					() -> new CostRows(options, results).run(jdk, callsEnd.plus(each.multipliedBy(share + 3))));
			attempt(results, JmhRows.ROW, jdk, () -> new JmhRows(options, results).run(jdk));
		}
		if (results.keys().isEmpty()) {
			System.err.println("Nothing was measured; is there a row '" + options.row() + "'?");
			results.skipped().forEach((what, why) -> System.err.println("- " + what + ": " + why));
			System.exit(1);
		}
		Report report = Report.of(options, results);
		report.writeValues(options.results());
		report.writePage(options.results());
		System.out.println(report.markdown());
	}

	// What has taken long to measure is not lost because something else fails.
	private static void attempt(Results results, String row, Jdk jdk, Rows rows) {
		try {
			rows.run();
		}
		catch (IOException ex) {
			results.skip(row + ", " + jdk, "FAILED: " + ex.getMessage());
		}
	}

	/** Measures some rows. */
	@FunctionalInterface
	private interface Rows {

		void run() throws IOException;

	}

}
