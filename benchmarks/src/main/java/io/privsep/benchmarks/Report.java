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
import io.privsep.benchmarks.load.Payload;

/**
 * The results of a run: the raw values as JSON, and a page and a picture made from them.
 */
final class Report {

	private static final ObjectMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	private static final String ALL_ROWS = "*";

	/** What the page of a run of all rows shows; the others are among the raw values. */
	private static final List<Cell> TELLING = List.of(new Cell(Payload.TEXT, 1, false, true),
			new Cell(Payload.TEXT, 1, true, true), new Cell(Payload.TEXT, 8, false, true),
			new Cell(Payload.RECORD, 1, false, true), new Cell(Payload.LIST, 1, false, true),
			new Cell(Payload.MIB_1, 1, false, true), new Cell(Payload.TEXT, 8, false, false),
			new Cell(Payload.TEXT, 64, false, false));

	private static final int MOST_SKIPPED = 10;

	private final Map<String, String> machine;

	private final Results results;

	private Report(Map<String, String> machine, Results results) {
		this.machine = machine;
		this.results = results;
	}

	static Report of(Options options, Results results) throws IOException {
		Map<String, String> machine = new LinkedHashMap<>();
		machine.put("date", LocalDate.now(ZoneOffset.UTC).toString());
		machine.put("cpus", Cpus.allowed().size() + " × " + Cpus.model());
		machine.put("kernel", "Linux " + System.getProperty("os.version").replaceAll("^(\\d+\\.\\d+).*", "$1"));
		machine.put("jdks", String.join(", ", options.jdks().stream().map(Jdk::version).toList()));
		machine.put("load", Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
		machine.put("helpers", "root".equals(System.getProperty("user.name"))
				? "users of their own, without capabilities, launcher direct" : "mode unprivileged");
		machine.put("run", options.quick() ? "--quick" : "full");
		machine.put("row", options.row());
		return new Report(machine, results);
	}

	static Report read(Path directory) throws IOException {
		JsonNode all = MAPPER.readTree(Files.readAllBytes(directory.resolve("latest.json")));
		Map<String, String> machine = new LinkedHashMap<>();
		all.get("machine").properties().forEach((entry) -> machine.put(entry.getKey(), entry.getValue().asString()));
		Results results = new Results();
		for (JsonNode row : all.get("rows")) {
			row.properties()
				.forEach((measure) -> measure.getValue()
					.path("rounds")
					.properties()
					.forEach((round) -> results.add(row.get("jdk").asString(), row.get("row").asString(),
							row.get("subject").asString(), Integer.parseInt(round.getKey()), measure.getKey(),
							round.getValue().asDouble())));
		}
		all.get("skipped").properties().forEach((entry) -> results.skip(entry.getKey(), entry.getValue().asString()));
		return new Report(machine, results);
	}

	static JsonNode error(Exception ex) {
		return MAPPER.createObjectNode().put("error", String.valueOf(ex.getMessage()));
	}

	void writeValues(Path directory) {
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
		MAPPER.writeValue(directory.resolve("latest.json"), all);
	}

	void writePage(Path directory) throws IOException {
		Files.writeString(directory.resolve("latest.md"), markdown());
		List<String> jdks = this.results.jdks();
		Files.writeString(directory.resolve("latest.svg"), new Plot(jdks.get(jdks.size() - 1), this.results).svg());
	}

	String markdown() {
		boolean telling = this.machine.getOrDefault("row", ALL_ROWS).equals(ALL_ROWS);
		StringBuilder out = new StringBuilder();
		out.append("Measured on ").append(this.machine.get("date")).append(": ").append(this.machine.get("cpus"));
		out.append(", ").append(this.machine.get("kernel")).append(", JDK ").append(this.machine.get("jdks"));
		out.append("; load ").append(this.machine.get("load")).append(" at the end; helpers: ");
		out.append(this.machine.get("helpers")).append("; ").append(this.machine.get("run")).append(" run.\n");
		out.append(Targets.table(this.results));
		for (String jdk : this.results.jdks()) {
			calls(jdk, telling, out);
		}
		OtherRows.table(this.results, !telling, out);
		skipped(telling ? MOST_SKIPPED : Integer.MAX_VALUE, out);
		return out.toString();
	}

	private void calls(String jdk, boolean telling, StringBuilder out) {
		StringBuilder rows = new StringBuilder();
		for (Cell cell : telling ? TELLING : CallRows.cells()) {
			for (SubjectType type : SubjectType.values()) {
				if (!telling || !type.isSlowerVariant()) {
					row(jdk, cell, type.toString(), rows);
				}
			}
		}
		if (!rows.isEmpty()) {
			out.append("\n### Calls, ").append(jdk).append("\n\n");
			out.append("Latencies in µs: the median over *n* rounds, with quartiles where there are more.\n\n");
			out.append("| payload | callers | threads | CPUs | subject | n | p50 | p99 | p99.9 | longest | calls/s"
					+ " | × C floor | privsep ÷ this |\n" + "|---|--:|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
			out.append(rows);
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

	private void skipped(int most, StringBuilder out) {
		Map<String, String> skipped = this.results.skipped();
		if (skipped.isEmpty()) {
			return;
		}
		out.append("\n### Not measured\n\n");
		skipped.entrySet()
			.stream()
			.limit(most)
			.forEach((entry) -> out.append("- ")
				.append(entry.getKey())
				.append(": ")
				.append(entry.getValue())
				.append('\n'));
		if (skipped.size() > most) {
			out.append("- and ").append(skipped.size() - most).append(" more, listed in `latest.json`\n");
		}
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
