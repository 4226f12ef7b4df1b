package io.privsep.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What to measure, and for how long.
 *
 * @param home where the subjects run from
 * @param results where the results go
 * @param jdks the JDKs to measure with
 * @param quick whether only the most telling rows are measured
 * @param row a pattern for the names of the rows to measure, such as {@code text-1-*}
 * @param rounds how many rounds there are
 * @param slice how long one measurement takes
 * @param budget the time to stop after
 */
record Options(Path home, Path results, List<Jdk> jdks, boolean quick, String row, int rounds, Duration slice,
		Duration budget) {

	static Options parse(String[] words) {
		List<Jdk> jdks = new ArrayList<>();
		Map<String, String> others = new HashMap<>();
		boolean quick = List.of(words).contains("--quick");
		for (int i = 2; i < words.length; i++) {
			if (words[i].equals("--jdk")) {
				jdks.add(Jdk.of(Path.of(words[++i])));
			}
			else if (!words[i].equals("--quick")) {
				others.put(words[i], words[++i]);
			}
		}
		int rounds = Integer.parseInt(others.getOrDefault("--rounds", quick ? "3" : "5"));
		String minutes = others.get("--minutes");
		Duration budget = quick ? Duration.ofSeconds(105) : Duration.ofMinutes(32);
		return new Options(Path.of(words[0]), Path.of(words[1]), jdks, quick, others.getOrDefault("--row", "*"), rounds,
				Duration.ofMillis(quick ? 120 : 150),
				(minutes != null) ? Duration.ofMinutes(Long.parseLong(minutes)) : budget);
	}

	// The one that all rows are measured with, also where there is little time.
	Jdk mainJdk() {
		return this.jdks.get(this.jdks.size() - 1);
	}

	// Rounds of rows that take seconds.
	int fewRounds() {
		return this.quick ? Math.min(2, this.rounds) : this.rounds;
	}

	boolean wants(String name) {
		return name.matches(("\\Q" + this.row + "\\E").replace("*", "\\E.*\\Q"));
	}

}
