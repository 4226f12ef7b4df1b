package io.privsep.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;

/**
 * All that was measured, by row, subject and measure, with a value for each round.
 */
public final class Results {

	private final Map<Key, Map<String, Map<Integer, Double>>> values = new LinkedHashMap<>();

	private final Map<String, String> skipped = new LinkedHashMap<>();

	void add(String jdk, String row, String subject, int round, JsonNode answer) {
		if (answer.has("skipped") || answer.has("error")) {
			skip(row + ", " + subject + ", " + jdk, answer.has("skipped") ? answer.get("skipped").asString()
					: "FAILED: " + answer.get("error").asString());
			return;
		}
		answer.properties().forEach((entry) -> {
			if (entry.getValue().isNumber()) {
				add(jdk, row, subject, round, entry.getKey(), entry.getValue().asDouble());
			}
		});
		if (answer.has("count") && answer.has("seconds")) {
			add(jdk, row, subject, round, "rate", answer.get("count").asDouble() / answer.get("seconds").asDouble());
		}
	}

	public void add(String jdk, String row, String subject, int round, String measure, double value) {
		this.values.computeIfAbsent(new Key(jdk, row, subject), (key) -> new LinkedHashMap<>())
			.computeIfAbsent(measure, (key) -> new TreeMap<>())
			.put(round, value);
	}

	void skip(String what, String reason) {
		this.skipped.putIfAbsent(what, reason);
	}

	Map<String, String> skipped() {
		return this.skipped;
	}

	public List<Key> keys() {
		return List.copyOf(this.values.keySet());
	}

	List<String> jdks() {
		return this.values.keySet().stream().map(Key::jdk).distinct().toList();
	}

	public Map<String, Map<Integer, Double>> measures(Key key) {
		return this.values.getOrDefault(key, Map.of());
	}

	public Optional<Quartiles> quartiles(String jdk, String row, String subject, String measure) {
		Map<Integer, Double> rounds = measures(new Key(jdk, row, subject)).getOrDefault(measure, Map.of());
		return rounds.isEmpty() ? Optional.empty() : Optional.of(Quartiles.of(rounds.values()));
	}

	/**
	 * The ratios of two subjects, each within one round.
	 * @param jdk the JDK
	 * @param row the row
	 * @param subject the dividend
	 * @param other the divisor
	 * @param measure what is compared
	 * @return the middle of the ratios, if there are any
	 */
	public Optional<Quartiles> ratio(String jdk, String row, String subject, String other, String measure) {
		return ratio(new Key(jdk, row, subject), new Key(jdk, row, other), measure);
	}

	Optional<Quartiles> ratio(Key dividend, Key divisor, String measure) {
		Map<Integer, Double> divisors = measures(divisor).getOrDefault(measure, Map.of());
		List<Double> ratios = new ArrayList<>();
		measures(dividend).getOrDefault(measure, Map.of()).forEach((round, value) -> {
			Double with = divisors.get(round);
			if (with != null && with > 0) {
				ratios.add(value / with);
			}
		});
		return ratios.isEmpty() ? Optional.empty() : Optional.of(Quartiles.of(ratios));
	}

	/**
	 * What was measured.
	 *
	 * @param jdk the JDK
	 * @param row the row
	 * @param subject the subject
	 */
	public record Key(String jdk, String row, String subject) {
	}

}
