package io.privsep.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.privsep.benchmarks.Results.Key;

/**
 * What is aimed at, at first and then, and how far it is.
 */
final class Targets {

	private static final String ONE = "text-1-platform-pinned";

	private static final String LARGE = "1MiB-1-platform-pinned";

	/** What differs by no more than that is flat: the machines are noisy. */
	private static final double FLAT = 0.15;

	private static final int KIB = 1024;

	private final Results results;

	/** What was measured, by what it is and its targets, and then by JDK. */
	private final Map<String, Map<String, String>> lines = new LinkedHashMap<>();

	private Targets(Results results) {
		this.results = results;
	}

	static String table(Results results) {
		Targets targets = new Targets(results);
		for (String jdk : results.jdks()) {
			targets.calls(jdk);
			targets.processes(jdk);
			targets.growth(jdk);
		}
		return targets.lines.isEmpty() ? "" : targets.table(results.jdks());
	}

	private String table(List<String> jdks) {
		StringBuilder out = new StringBuilder("\n### Against the targets\n\n| | target | then |");
		jdks.forEach((jdk) -> out.append(' ').append(jdk).append(" | met |"));
		out.append("\n|---|--:|--:|").append("--:|---|".repeat(jdks.size())).append('\n');
		this.lines.forEach((what, measured) -> {
			out.append("| ").append(what).append(" |");
			jdks.forEach((jdk) -> out.append(' ').append(measured.getOrDefault(jdk, " | ")).append(" |"));
			out.append('\n');
		});
		return out.toString();
	}

	private void calls(String jdk) {
		atMost(jdk, "p50, one caller, pinned, ÷ C floor", "2.0", "1.5", call(jdk, ONE, "c", "p50"));
		atMost(jdk, "the same ÷ oslo.privsep's", "1/6", "1/9", call(jdk, ONE, "oslo-sudo", "p50"));
		atMost(jdk, "the same ÷ gRPC's (direct)", "1/6", "1/9", call(jdk, ONE, "grpc-direct", "p50"));
		atMost(jdk, "the same ÷ RMI's", "1.0", "0.7", call(jdk, ONE, "rmi", "p50"));
		atLeast(jdk, "calls/s, 8 callers, ÷ oslo.privsep's", "6", "10",
				call(jdk, "text-8-platform-unpinned", "oslo-sudo", "rate"));
		atLeast(jdk, "1 MiB, calls/s, pinned, ÷ oslo.privsep's", "1.5", "2.4", call(jdk, LARGE, "oslo-sudo", "rate"));
		atLeast(jdk, "1 MiB, calls/s, pinned, ÷ JDK-channel floor", "0.6", "0.9", call(jdk, LARGE, "channel", "rate"));
		atMost(jdk, "p99 ÷ p50, one caller, pinned", "3", "2", quotient(jdk, "p99", "p50"));
		atMost(jdk, "p50 of a virtual ÷ a platform thread, pinned", "4", "2", this.results
			.ratio(new Key(jdk, "text-1-virtual-pinned", "privsep"), new Key(jdk, ONE, "privsep"), "p50"));
	}

	private void processes(String jdk) {
		atMost(jdk, "helper to READY ÷ oslo.privsep's, with texts", "0.25", "0.12",
				this.results.ratio(jdk, HelperRows.ROW, "privsep-text", "oslo-sudo", "start"));
		atMost(jdk, "the same with records", "0.4", "0.22",
				this.results.ratio(jdk, HelperRows.ROW, "privsep-records", "oslo-sudo", "start"));
		atMost(jdk, "helper's RSS ÷ oslo.privsep's, with texts", "0.85", "0.7",
				this.results.ratio(jdk, HelperRows.ROW, "privsep-text", "oslo-sudo", "rss"));
		atMost(jdk, "the same with records", "1.1", "0.95",
				this.results.ratio(jdk, HelperRows.ROW, "privsep-records", "oslo-sudo", "rss"));
		atMost(jdk, "start with one context ÷ without the starter, no web", "1.15", "1.05",
				this.results.ratio(jdk, StartRows.ROW, "contexts-1", "without", "ready"));
		atMost(jdk, "the same of a web application", "1.15", "1.05",
				this.results.ratio(jdk, StartRows.ROW, "web-contexts-1", "web-without", "ready"));
	}

	private void growth(String jdk) {
		flat(jdk, "p50 with 10 contexts ÷ with 1", growth(jdk, "contexts-10"));
		flat(jdk, "p50 with 10 functions ÷ with 1", growth(jdk, "functions-10"));
		flat(jdk, "p50 with 100 functions ÷ with 1", growth(jdk, "functions-100"));
		flat(jdk, "time a call (1 ÷ calls/s), 64 callers ÷ 4", callers(jdk));
		this.results.quartiles(jdk, CostRows.ALLOCATION, "text", "application")
			.ifPresent((bytes) -> allocation(jdk, "bytes allocated a call, application", bytes.median()));
		this.results.quartiles(jdk, CostRows.ALLOCATION, "text", "helper")
			.ifPresent((bytes) -> allocation(jdk, "bytes allocated a call, helper", bytes.median()));
	}

	private Optional<Quartiles> call(String jdk, String row, String other, String measure) {
		return this.results.ratio(jdk, row, "privsep", other, measure);
	}

	private Optional<Quartiles> growth(String jdk, String subject) {
		return this.results.ratio(jdk, CostRows.GROWTH, subject, "contexts-1", "p50");
	}

	private Optional<Quartiles> callers(String jdk) {
		return this.results.ratio(new Key(jdk, "text-4-platform-unpinned", "privsep"),
				new Key(jdk, "text-64-platform-unpinned", "privsep"), "rate");
	}

	private Optional<Quartiles> quotient(String jdk, String measure, String other) {
		Optional<Quartiles> divisor = this.results.quartiles(jdk, ONE, "privsep", other);
		return this.results.quartiles(jdk, ONE, "privsep", measure).map((value) -> {
			double by = divisor.orElseThrow().median();
			return new Quartiles(value.q1() / by, value.median() / by, value.q3() / by, value.count());
		});
	}

	private void atMost(String jdk, String what, String target, String then, Optional<Quartiles> ratio) {
		ratio.ifPresent((value) -> line(jdk, what, Report.ratio(ratio), "≤ " + target, value.median() <= number(target),
				"≤ " + then, value.median() <= number(then)));
	}

	private void atLeast(String jdk, String what, String target, String then, Optional<Quartiles> ratio) {
		ratio.ifPresent((value) -> line(jdk, what, Report.ratio(ratio), "≥ " + target, value.median() >= number(target),
				"≥ " + then, value.median() >= number(then)));
	}

	private void flat(String jdk, String what, Optional<Quartiles> ratio) {
		ratio.ifPresent((value) -> {
			boolean flat = value.median() <= 1 + FLAT;
			line(jdk, what, Report.ratio(ratio), "flat", flat, "flat", flat);
		});
	}

	private void allocation(String jdk, String what, double bytes) {
		line(jdk, what, Report.number(bytes), "known", true, "≤ " + KIB, bytes <= KIB);
	}

	private void line(String jdk, String what, String measured, String target, boolean met, String then,
			boolean thenMet) {
		this.lines.computeIfAbsent(String.join(" | ", what, target, then), (key) -> new LinkedHashMap<>())
			.put(jdk, measured + " | " + (thenMet ? "both" : met ? "first" : "neither"));
	}

	// 1/6 and the like are easier to read than their decimals
	private static double number(String text) {
		int slash = text.indexOf('/');
		return (slash < 0) ? Double.parseDouble(text)
				: Double.parseDouble(text.substring(0, slash)) / Double.parseDouble(text.substring(slash + 1));
	}

}
