package io.privsep.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The row {@code jmh}: writing and reading of frames, with the allocation by JMH's gc
 * profiler.
 */
final class JmhRows {

	static final String ROW = "jmh";

	private static final Duration LIMIT = Duration.ofMinutes(6);

	private final Options options;

	private final Results results;

	JmhRows(Options options, Results results) {
		this.options = options;
		this.results = results;
	}

	void run(Jdk jdk) throws IOException {
		if (!this.options.wants(ROW)) {
			return;
		}
		System.err.printf("%s, JMH%n", jdk);
		Path json = this.options.results().resolve("jmh-" + jdk.feature() + ".json");
		Path home = this.options.home();
		List<String> words = new ArrayList<>(
				List.of(jdk.home().resolve("bin/java").toString(), "-cp",
						home.resolve("common") + "/*:" + home.resolve("application") + "/*:" + home.resolve("peers")
								+ "/*",
						"org.openjdk.jmh.Main", "FrameBenchmark",
						// the collector of a helper; with the default one a read of 1 MiB
						// took 1.5 ms on JDK 25 instead of 0.1 ms
						"-jvmArgs", "-XX:+UseSerialGC", "-prof", "gc", "-rf", "json", "-rff", json.toString()));
		if (this.options.quick()) {
			words.addAll(List.of("-f", "1", "-wi", "2", "-w", "400ms", "-i", "3", "-r", "200ms", "-p",
					"payload=text,record"));
		}
		Process process = new ProcessBuilder(words).redirectErrorStream(true)
			.redirectOutput(this.options.results().resolve("jmh-" + jdk.feature() + ".log").toFile())
			.start();
		process.onExit()
			.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
			.exceptionally((ex) -> process.destroyForcibly())
			.join();
		process.onExit().join();
		if (process.exitValue() != 0 || !Files.exists(json)) {
			this.results.skip(ROW + ", " + jdk, "FAILED: see jmh-" + jdk.feature() + ".log");
			return;
		}
		for (JsonNode each : new ObjectMapper().readTree(json)) {
			String benchmark = each.get("benchmark").asString();
			String subject = benchmark.substring(benchmark.lastIndexOf('.') + 1) + " "
					+ each.get("params").get("payload").asString();
			this.results.add(jdk.toString(), ROW, subject, 0, "ns", each.get("primaryMetric").get("score").asDouble());
			this.results.add(jdk.toString(), ROW, subject, 0, "bytes",
					each.get("secondaryMetrics").path("gc.alloc.rate.norm").path("score").asDouble());
		}
	}

}
