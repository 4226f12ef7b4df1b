package io.privsep.installation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.demo.InstalledDemo;
import io.privsep.demo.RunningDemo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts the demo in the place of a command, in each way in which that happens: it ends
 * before it has begun, and what it says to type is what works.
 */
@Tag("full")
@Timeout(300)
class JarModeIntegrationTests {

	private static final Pattern COMMAND = Pattern.compile("(?s)Action:\\s+Run '(.*?)'(,|\\.)");

	@TempDir
	static Path directory;

	private static Path jar;

	private static Path extracted;

	private static String classes;

	@BeforeAll
	static void prepare() throws Exception {
		jar = RunningDemo.Layout.EXECUTABLE_JAR.copy(Path.of(System.getProperty("demo.jar")), directory.resolve("jar"));
		extracted = RunningDemo.Layout.EXTRACTED.copy(jar, directory.resolve("extracted"));
		Path exploded = directory.resolve("classes");
		explode(jar, exploded);
		classes = exploded + ":" + extracted.resolveSibling("lib") + "/*";
	}

	@ParameterizedTest
	@ValueSource(strings = { "list", "list --format json", "verify --application privsep-no-such-app",
			"install --app-user root", "uninstall --application privsep-no-such-app", "" })
	void extractedJarEndsAndNamesTheCommand(String command) throws Exception {
		List<String> words = new ArrayList<>(List.of("-Djarmode=privsep", "-jar", extracted.toString()));
		words.addAll(words(command));
		assertThat(endedBeforeAnyBean(words, Map.of())).isEqualTo("java" + nativeAccess() + " -cp " + extracted
				+ " io.privsep.install.InstallCommand " + (command.isEmpty() ? "--help" : command));
	}

	@Test
	void commandThatIsNamedIsTheOneThatWorks() throws Exception {
		String command = endedBeforeAnyBean(
				List.of("-Djarmode=privsep", "-jar", extracted.toString(), "list", "--prefix", directory.toString()),
				Map.of());
		Outcome outcome = run(List.of("/bin/sh", "-c", command.replaceFirst("^java ", java() + " ")), Map.of());
		assertThat(outcome.output()).isEqualTo("Nothing is installed\n");
		assertThat(outcome.exitCode()).isZero();
	}

	@Test
	void optionAfterTheJarIsNamed() throws Exception {
		assertThat(endedBeforeAnyBean(List.of("-jar", jar.toString(), "-Djarmode=privsep", "list"), Map.of()))
			.isEqualTo("java -Djarmode=privsep -jar " + jar + " list");
		assertThat(endedBeforeAnyBean(List.of("-jar", jar.toString(), "--jarmode=privsep", "list"), Map.of()))
			.isEqualTo("java -Djarmode=privsep -jar " + jar + " list");
	}

	@Test
	void installationWithoutTheOptionIsNamed() throws Exception {
		assertThat(endedBeforeAnyBean(List.of("-jar", jar.toString(), "install", "--app-user", "app"), Map.of()))
			.isEqualTo("java -Djarmode=privsep -jar " + jar + " install --app-user app");
	}

	@Test
	void environmentVariableIsNoJarMode() throws Exception {
		assertThat(endedBeforeAnyBean(List.of("-jar", jar.toString(), "list"), Map.of("JARMODE", "privsep")))
			.isEqualTo("java -Djarmode=privsep -jar " + jar + " list");
	}

	@Test
	void classesOfAnIdeNameTheJarThatHasToBeMade() throws Exception {
		assertThat(endedBeforeAnyBean(List.of("-Djarmode=privsep", "-cp", classes, InstalledDemo.MAIN_CLASS, "list"),
				Map.of()))
			.isEqualTo("java" + nativeAccess() + " -Djarmode=privsep -jar <app>.jar list");
	}

	@Test
	void otherJarModesEndAnExtractedJarAsWell() throws Exception {
		assertThat(
				endedBeforeAnyBean(List.of("-Djarmode=tools", "-jar", extracted.toString(), "list-layers"), Map.of()))
			.isEqualTo("java -Djarmode=tools -jar <app>.jar list-layers");
	}

	@Test
	void argumentsOfTheApplicationAreNotRepeated() throws Exception {
		List<String> words = List.of("-Djarmode=privsep", "-jar", extracted.toString(), "install", "--app-user", "app",
				"--", "--some.password=secret");
		Outcome outcome = run(command(words), Map.of());
		assertThat(outcome.output()).contains("InstallCommand install --app-user app'").doesNotContain("secret");
	}

	@Test
	void jarModeOfTheExecutableJarWorks() throws Exception {
		Outcome outcome = run(
				command(List.of("-Djarmode=privsep", "-jar", jar.toString(), "list", "--prefix", directory.toString())),
				Map.of());
		assertThat(outcome.output()).isEqualTo("Nothing is installed\n");
	}

	private static String endedBeforeAnyBean(List<String> words, Map<String, String> environment) throws Exception {
		Outcome outcome = run(command(words), environment);
		assertThat(outcome.exitCode()).isEqualTo(1);
		assertThat(outcome.output()).contains("has no effect here, and the application would have started instead")
			.doesNotContain("Starting DemoApplication")
			.doesNotContain("Tomcat")
			.doesNotContain("WARNING");
		Matcher matcher = COMMAND.matcher(outcome.output());
		assertThat(matcher.find()).as(outcome.output()).isTrue();
		return matcher.group(1);
	}

	private static String nativeAccess() {
		return (Runtime.version().feature() < 22) ? "" : " --enable-native-access=ALL-UNNAMED";
	}

	private static List<String> command(List<String> words) {
		List<String> command = new ArrayList<>(
				List.of(java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dserver.port=0"));
		command.addAll(words);
		return command;
	}

	private static String java() {
		return RunningDemo.java();
	}

	private static List<String> words(String command) {
		return Arrays.stream(command.split(" ")).filter((word) -> !word.isEmpty()).toList();
	}

	private static Outcome run(List<String> command, Map<String, String> environment) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
		builder.environment()
			.keySet()
			.removeIf((name) -> name.endsWith("JAVA_OPTIONS") || name.endsWith("_TOOL_OPTIONS"));
		builder.environment().putAll(environment);
		Process process = builder.start();
		try {
			process.getOutputStream().close();
			StringBuilder output = new StringBuilder();
			for (String line : process.inputReader().lines().toList()) {
				output.append(line).append('\n');
			}
			return new Outcome(process.waitFor(), output.toString());
		}
		finally {
			process.destroyForcibly();
		}
	}

	// as a class path has them in an IDE
	private static void explode(Path jar, Path target) throws IOException {
		try (JarFile file = new JarFile(jar.toFile())) {
			for (JarEntry entry : file.stream().toList()) {
				String prefix = "BOOT-INF/classes/";
				if (entry.getName().startsWith(prefix) && !entry.isDirectory()) {
					Path path = target.resolve(entry.getName().substring(prefix.length()));
					Files.createDirectories(path.getParent());
					try (InputStream in = file.getInputStream(entry)) {
						Files.copy(in, path);
					}
				}
			}
		}
	}

	/**
	 * What came of a command.
	 *
	 * @param exitCode its exit code
	 * @param output what it wrote
	 */
	private record Outcome(int exitCode, String output) {
	}

}
