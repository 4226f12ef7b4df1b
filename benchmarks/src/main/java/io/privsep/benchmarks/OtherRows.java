package io.privsep.benchmarks;

import java.util.List;

import io.privsep.benchmarks.Results.Key;

/**
 * The tables of the rows that are not calls.
 */
final class OtherRows {

	private OtherRows() {
	}

	static void table(Results results, boolean frames, StringBuilder out) {
		table(results, HelperRows.ROW, "Helpers", "From the start of the process until it is ready, by a caller that"
				+ " is warm, in ms; memory after 1,000 calls, in MiB", List.of("start", "rss", "pss"), out);
		table(results, StartRows.ROW, "Start of an application",
				"From the start of the JVM until the application is ready, in"
						+ " ms, and how long the lifecycle of that waited for helpers; without a web server, or with one",
				List.of("ready", "waited"), out);
		table(results, CostRows.GROWTH, "Growth", "One caller, pinned, small string, in µs: with one function in one"
				+ " context, and with more contexts or functions beside it", List.of("p50", "p99"), out);
		table(results, CostRows.ALLOCATION, "Allocation",
				"Bytes a call, on the caller's thread and in the whole helper", List.of("application", "helper"), out);
		if (frames) {
			table(results, JmhRows.ROW, "Frames and codecs", "JMH: ns and allocated bytes an operation",
					List.of("ns", "bytes"), out);
		}
	}

	private static void table(Results results, String row, String title, String text, List<String> measures,
			StringBuilder out) {
		List<Key> keys = results.keys().stream().filter((key) -> key.row().equals(row)).toList();
		if (keys.isEmpty()) {
			return;
		}
		out.append("\n### ").append(title).append("\n\n").append(text).append(".\n\n| | JDK |");
		measures.forEach((measure) -> out.append(' ').append(measure).append(" |"));
		out.append("\n|---|---|").append("--:|".repeat(measures.size())).append('\n');
		for (Key key : keys) {
			out.append("| ").append(key.subject()).append(" | ").append(key.jdk()).append(" |");
			for (String measure : measures) {
				out.append(' ')
					.append(results.quartiles(key.jdk(), row, key.subject(), measure)
						.map((value) -> value.text(Report::number))
						.orElse(""))
					.append(" |");
			}
			out.append('\n');
		}
	}

}
