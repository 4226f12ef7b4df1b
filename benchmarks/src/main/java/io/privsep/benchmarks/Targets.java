package io.privsep.benchmarks;

import java.util.List;
import java.util.Optional;

import io.privsep.benchmarks.Results.Key;

/**
 * What is aimed at, and how far it is.
 */
final class Targets {

	private static final String ONE = "text-1-platform-pinned";

	private static final String EIGHT = "text-8-platform-unpinned";

	private static final String LARGE = "1MiB-1-platform-pinned";

	private Targets() {
	}

	static String table(List<Jdk> jdks, Results results) {
		StringBuilder out = new StringBuilder();
		for (Jdk each : jdks) {
			String jdk = each.toString();
			add(out, jdk, "p50, one caller, pinned, ÷ C floor", "≤ 2.0", 2.0, true,
					results.ratio(jdk, ONE, "privsep", "c", "p50"));
			add(out, jdk, "the same ÷ oslo.privsep's", "≤ 0.167", 1 / 6.0, true,
					results.ratio(jdk, ONE, "privsep", "oslo-sudo", "p50"));
			add(out, jdk, "the same ÷ gRPC's (direct)", "≤ 0.167", 1 / 6.0, true,
					results.ratio(jdk, ONE, "privsep", "grpc-direct", "p50"));
			add(out, jdk, "the same ÷ RMI's", "≤ 1.0", 1.0, true, results.ratio(jdk, ONE, "privsep", "rmi", "p50"));
			add(out, jdk, "calls/s, 8 callers, ÷ oslo.privsep's", "≥ 6", 6, false,
					results.ratio(jdk, EIGHT, "privsep", "oslo-sudo", "rate"));
			add(out, jdk, "1 MiB, calls/s, pinned, ÷ oslo.privsep's", "≥ 1.5", 1.5, false,
					results.ratio(jdk, LARGE, "privsep", "oslo-sudo", "rate"));
			add(out, jdk, "1 MiB, calls/s, pinned, ÷ JDK-channel floor", "≥ 0.6", 0.6, false,
					results.ratio(jdk, LARGE, "privsep", "channel", "rate"));
			add(out, jdk, "p99 ÷ p50, one caller, pinned", "≤ 3", 3, true, quotient(results, jdk, "p99", "p50"));
			add(out, jdk, "p50 of a virtual ÷ a platform thread, pinned", "≤ 4", 4, true, results
				.ratio(new Key(jdk, "text-1-virtual-pinned", "privsep"), new Key(jdk, ONE, "privsep"), "p50"));
			add(out, jdk, "helper to READY ÷ oslo.privsep's, without Jackson", "≤ 0.25", 0.25, true,
					results.ratio(jdk, "helper", "privsep-text", "oslo-sudo", "start"));
			add(out, jdk, "the same with Jackson (target: with archive)", "≤ 0.4", 0.4, true,
					results.ratio(jdk, "helper", "privsep-records", "oslo-sudo", "start"));
			add(out, jdk, "helper's RSS ÷ oslo.privsep's, without Jackson", "≤ 0.85", 0.85, true,
					results.ratio(jdk, "helper", "privsep-text", "oslo-sudo", "rss"));
			add(out, jdk, "the same with Jackson (target: with archive)", "≤ 1.1", 1.1, true,
					results.ratio(jdk, "helper", "privsep-records", "oslo-sudo", "rss"));
			add(out, jdk, "start with one context ÷ without the starter", "≤ 1.15", 1.15, true,
					results.ratio(jdk, "start", "contexts-1", "without", "ready"));
		}
		return out.isEmpty() ? ""
				: "\n### Against the targets\n\n| | JDK | target | measured | |\n|---|---|--:|--:|---|\n" + out;
	}

	private static Optional<Quartiles> quotient(Results results, String jdk, String measure, String other) {
		Optional<Quartiles> divisor = results.quartiles(jdk, ONE, "privsep", other);
		return results.quartiles(jdk, ONE, "privsep", measure).map((value) -> {
			double by = divisor.orElseThrow().median();
			return new Quartiles(value.q1() / by, value.median() / by, value.q3() / by, value.count());
		});
	}

	private static void add(StringBuilder out, String jdk, String what, String target, double bound, boolean most,
			Optional<Quartiles> ratio) {
		ratio.ifPresent((value) -> {
			boolean met = most ? value.median() <= bound : value.median() >= bound;
			out.append("| ").append(what).append(" | ").append(jdk).append(" | ").append(target).append(" | ");
			out.append(Report.ratio(ratio)).append(" | ").append(met ? "met" : "not yet").append(" |\n");
		});
	}

}
