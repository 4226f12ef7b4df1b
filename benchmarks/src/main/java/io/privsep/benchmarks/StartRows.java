package io.privsep.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import tools.jackson.databind.ObjectMapper;

/**
 * The row {@code start}: from the start of an application's JVM until the application is
 * ready, without the starter, and with it and some contexts.
 */
final class StartRows {

	static final String ROW = "start";

	private static final ObjectMapper MAPPER = new ObjectMapper();

	private final Options options;

	private final Results results;

	StartRows(Options options, Results results) {
		this.options = options;
		this.results = results;
	}

	void run(Jdk jdk, Instant deadline) throws IOException {
		if (!this.options.wants(ROW)) {
			return;
		}
		System.err.printf("%s, start of applications%n", jdk);
		for (int round = 0; round < this.options.fewRounds()
				&& (round == 0 || Instant.now().isBefore(deadline)); round++) {
			for (Map.Entry<String, List<String>> application : applications(jdk).entrySet()) {
				this.results.add(jdk.toString(), ROW, application.getKey(), round,
						MAPPER.readTree(run(application.getValue())));
			}
		}
	}

	private static String run(List<String> words) throws IOException {
		Process process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		process.getOutputStream().close();
		String last = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
			.filter((line) -> line.startsWith("{"))
			.findAny()
			.orElse("{\"error\":\"the application did not start\"}");
		process.onExit().join();
		return last;
	}

	private Map<String, List<String>> applications(Jdk jdk) {
		boolean root = "root".equals(System.getProperty("user.name"));
		Map<String, List<String>> applications = new LinkedHashMap<>();
		Path home = this.options.home();
		applications.put("without", SubjectType.java(jdk, home, "startup.StartApplication",
				List.of("--spring.main.banner-mode=off", "--logging.level.root=warn")));
		// the same without the jars of the starter and what they bring
		applications.computeIfPresent("without", (name, words) -> words.stream()
			.map((word) -> word.replace(home.resolve("application") + "/*", home.resolve("without-starter") + "/*"))
			.toList());
		for (int contexts : this.options.quick() ? List.of(1) : List.of(0, 1, 3, 10)) {
			List<String> arguments = new ArrayList<>(List.of(Integer.toString(contexts)));
			arguments.addAll(SubjectType.privsepProperties(root,
					IntStream.range(0, contexts).mapToObj((i) -> "c" + i).toList()));
			applications.put("contexts-" + contexts,
					SubjectType.java(jdk, home, "startup.ContextsApplication", arguments));
		}
		return applications;
	}

}
