package io.privsep.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The row {@code start}: from the start of an application's JVM until the application is
 * ready, without the starter, and with it and some contexts; the same with a web server.
 */
final class StartRows {

	static final String ROW = "start";

	private static final Duration LIMIT = Duration.ofSeconds(120);

	private static final String SAYS_HOW_LONG = "--logging.level.io.privsep.autoconfigure.PrivsepLifecycle=info";

	private static final Pattern WAITED = Pattern.compile("startup waited (\\d+) ms");

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
				this.results.add(jdk.toString(), ROW, application.getKey(), round, run(application.getValue()));
			}
		}
	}

	private static JsonNode run(List<String> words) throws IOException {
		Process process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		process.getOutputStream().close();
		// whose output ends with it
		process.onExit()
			.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
			.exceptionally((ex) -> process.destroyForcibly());
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		process.onExit().join();
		ObjectNode answer = (ObjectNode) MAPPER.readTree(output.lines()
			.filter((line) -> line.startsWith("{"))
			.findAny()
			.orElse("{\"error\":\"the application did not start\"}"));
		Matcher waited = WAITED.matcher(output);
		if (waited.find()) {
			answer.put("waited", Long.parseLong(waited.group(1)));
		}
		return answer;
	}

	private Map<String, List<String>> applications(Jdk jdk) {
		Map<String, List<String>> applications = new LinkedHashMap<>();
		String none = "none";
		String servlet = "servlet";
		applications.put("without", without(jdk, none));
		for (int contexts : this.options.quick() ? List.of(1) : List.of(0, 1, 3, 10)) {
			applications.put("contexts-" + contexts, with(jdk, none, contexts));
		}
		if (!this.options.quick() || !this.options.row().equals("*")) {
			applications.put("web-without", without(jdk, servlet));
			applications.put("web-contexts-1", with(jdk, servlet, 1));
		}
		return applications;
	}

	// without the jars of the starter and what they bring
	private List<String> without(Jdk jdk, String type) {
		String directory = type.equals("none") ? "without-starter" : "web-without-starter";
		List<String> words = SubjectType.java(jdk, this.options.home(), "startup.StartApplication",
				arguments(type, List.of("--spring.main.banner-mode=off", "--logging.level.root=warn")));
		return withClassPath(words, this.options.home().resolve(directory) + "/*");
	}

	private List<String> with(Jdk jdk, String type, int contexts) {
		List<String> arguments = new ArrayList<>(List.of(Integer.toString(contexts)));
		arguments.addAll(SubjectType.privsepProperties("root".equals(System.getProperty("user.name")),
				IntStream.range(0, contexts).mapToObj((i) -> "c" + i).toList()));
		arguments.add(SAYS_HOW_LONG);
		List<String> words = SubjectType.java(jdk, this.options.home(), "startup.ContextsApplication",
				arguments(type, arguments));
		String application = this.options.home().resolve("application") + "/*";
		return type.equals("none") ? words
				: withClassPath(words, application + ":" + this.options.home().resolve("web") + "/*");
	}

	private static List<String> arguments(String type, List<String> arguments) {
		List<String> all = new ArrayList<>(arguments);
		all.add("--spring.main.web-application-type=" + type);
		all.add("--server.port=0");
		return all;
	}

	private List<String> withClassPath(List<String> words, String instead) {
		return words.stream()
			.map((word) -> word.replace(this.options.home().resolve("application") + "/*", instead))
			.toList();
	}

}
