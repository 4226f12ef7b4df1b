package io.privsep.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import io.privsep.benchmarks.Results.Key;

/**
 * Writes the results as JSON and as Markdown.
 */
final class Report {

	private static final ObjectMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	private final Options options;

	private final Results results;

	private final Map<String, String> machine;

	Report(Options options, Results results) throws IOException {
		this.options = options;
		this.results = results;
		this.machine = machine(options);
	}

	static JsonNode error(Exception ex) {
		return MAPPER.createObjectNode().put("error", String.valueOf(ex.getMessage()));
	}

	private static Map<String, String> machine(Options options) throws IOException {
		Map<String, String> machine = new LinkedHashMap<>();
		machine.put("date", LocalDate.now(ZoneOffset.UTC).toString());
		machine.put("cpus", Cpus.allowed().size() + " × " + Cpus.model());
		machine.put("kernel", "Linux " + System.getProperty("os.version").replaceAll("^(\\d+\\.\\d+).*", "$1"));
		machine.put("jdks", String.join(", ", options.jdks().stream().map(Jdk::version).toList()));
		machine.put("load", Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
		machine.put("helpers", "root".equals(System.getProperty("user.name"))
				? "users of their own, without capabilities, launcher direct" : "mode unprivileged");
		machine.put("run", options.quick() ? "--quick" : "full");
		return machine;
	}

	void writeJson(Path file) throws IOException {
		List<Map<String, Object>> rows = new ArrayList<>();
		for (Key key : this.results.keys()) {
			Map<String, Object> row = new LinkedHashMap<>();
			row.put("jdk", key.jdk());
			row.put("row", key.row());
			row.put("subject", key.subject());
			this.results.measures(key)
				.forEach((measure, rounds) -> row.put(measure,
						Map.of("quartiles", Quartiles.of(rounds.values()), "rounds", rounds)));
			rows.add(row);
		}
		Map<String, Object> all = new LinkedHashMap<>();
		all.put("machine", this.machine);
		all.put("rows", rows);
		all.put("skipped", this.results.skipped());
		MAPPER.writeValue(file, all);
	}

	String markdown(CallRows callRows) {
		StringBuilder out = new StringBuilder();
		out.append("Measured on ").append(this.machine.get("date")).append(": ").append(this.machine.get("cpus"));
		out.append(", ").append(this.machine.get("kernel")).append(", JDK ").append(this.machine.get("jdks"));
		out.append("; load ").append(this.machine.get("load")).append(" at the end; helpers: ");
		out.append(this.machine.get("helpers")).append("; ").append(this.machine.get("run")).append(" run.\n");
		out.append(Targets.table(this.options.jdks(), this.results));
		calls(callRows, out);
		OtherRows.table(this.results, out);
		if (!this.results.skipped().isEmpty()) {
			out.append("\n### Not measured\n\n");
			this.results.skipped()
				.forEach((what, why) -> out.append("- ").append(what).append(": ").append(why).append('\n'));
		}
		return out.toString();
	}

	private void calls(CallRows callRows, StringBuilder out) {
		for (Jdk jdk : this.options.jdks()) {
			StringBuilder rows = new StringBuilder();
			for (Cell cell : callRows.cells(jdk)) {
				for (SubjectType type : SubjectType.values()) {
					row(jdk.toString(), cell, type.toString(), rows);
				}
			}
			if (rows.length() > 0) {
				out.append("\n### Calls, ").append(jdk).append("\n\n");
				out.append("Latencies in µs: the median over *n* rounds, with quartiles where there are more.\n\n");
				out.append("| payload | callers | threads | CPUs | subject | n | p50 | p99 | p99.9 | longest | calls/s"
						+ " | × C floor | privsep ÷ this |\n"
						+ "|---|--:|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
				out.append(rows);
			}
		}
	}

	private void row(String jdk, Cell cell, String subject, StringBuilder out) {
		Optional<Quartiles> p50 = this.results.quartiles(jdk, cell.name(), subject, "p50");
		if (p50.isEmpty()) {
			return;
		}
		out.append("| ").append(cell.payload()).append(" | ").append(cell.callers()).append(" | ");
		out.append(cell.threads()).append(" | ").append(cell.pinned() ? "one" : "all").append(" | ");
		out.append(subject).append(" | ").append(p50.get().count()).append(" | ");
		for (String measure : List.of("p50", "p99", "p999", "max", "rate")) {
			out.append(this.results.quartiles(jdk, cell.name(), subject, measure)
				.map((value) -> (measure.equals("p50") || measure.equals("rate")) ? value.text(Report::number)
						: number(value.median()))
				.orElse("")).append(" | ");
		}
		out.append(ratio(this.results.ratio(jdk, cell.name(), subject, "c", "p50"))).append(" | ");
		out.append(ratio(this.results.ratio(jdk, cell.name(), "privsep", subject, "p50"))).append(" |\n");
	}

	static String ratio(Optional<Quartiles> ratio) {
		return ratio
			.map((value) -> value
				.text((each) -> String.format(Locale.ROOT, (value.median() < 0.1) ? "%.3f" : "%.2f", each)))
			.orElse("");
	}

	static String number(double value) {
		return String.format(Locale.ROOT, (value >= 100) ? "%.0f" : "%.1f", value);
	}

}
