package io.privsep.autoconfigure;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What becomes of calls and helpers when the application's own process comes to harm.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("full")
@Execution(ExecutionMode.CONCURRENT)
class HarmedApplicationIntegrationTests {

	private final List<String> lines = new ArrayList<>();

	private Process process;

	@AfterEach
	void end() {
		if (this.process != null) {
			this.process.destroyForcibly().onExit().join();
		}
	}

	@Test
	void sigtermLetsCallsInFlightFinishAndLeavesNoHelper() throws Exception {
		start("calls");
		await("busy");
		// not by the process itself, which would close its output
		this.process.toHandle().destroy();
		// 128 + SIGTERM
		assertThat(awaitEnd()).isEqualTo(143);
		long helper = number("helper");
		assertThat(number("farewell")).isEqualTo(helper);
		// those in flight
		assertThat(number("returned")).isPositive();
		assertThat(number("unavailable")).isPositive();
		assertThat(number("failed")).isZero();
		assertThat(ProcessHandle.of(helper)).isEmpty();
	}

	@Test
	void descriptorsThatRunOutKeepNoCallFromAHelperAndNoHelperFromStartingLater() throws Exception {
		start("descriptors", "prlimit", "--nofile=256:256");
		assertThat(awaitEnd()).as("%s", this.lines).isZero();
		assertThat(all("exhausted")).singleElement().asString().contains("Too many open files");
		assertThat(number("released")).isBetween(100L, 256L);
		assertThat(all("served")).containsExactly(text("helper"), text("helper"));
		assertThat(text("exit")).isEqualTo("PrivsepConnectionLostException");
		assertThat(text("failure")).contains("Too many open files");
		assertThat(number("replaced")).isNotEqualTo(number("helper"));
		assertThat(number("more")).isLessThanOrEqualTo(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-3d", "+3d" })
	@Tag("once")
	void clockThatIsSetChangesNothing(String by, @TempDir Path directory) throws Exception {
		Path offset = Files.writeString(directory.resolve("offset"), "+0");
		Path library;
		try (Stream<Path> files = Files.walk(Path.of("/usr/lib"))) {
			library = files.filter((file) -> file.endsWith("faketime/libfaketime.so.1")).findFirst().orElse(null);
		}
		assumeThat(library).as("libfaketime, which is missing").isNotNull();
		start("clock", "env", "PRIVSEP_CLOCK=" + by, "LD_PRELOAD=" + library, "FAKETIME_TIMESTAMP_FILE=" + offset,
				"FAKETIME_CACHE_DURATION=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
				// otherwise the JVM's timed waits return at once
				"FAKETIME_FORCE_MONOTONIC_FIX=0");
		assertThat(awaitEnd()).as("%s", this.lines).isZero();
		assertThat(by).isEqualTo("%+dd".formatted(number("days")));
		assertThat(all("served")).hasSize(3).containsOnly(text("helper"));
		assertThat(all("late")).containsOnly("PrivsepTimeoutException");
	}

	@Test
	void restartByDevToolsReplacesTheHelper() throws Exception {
		start("restart");
		assertThat(awaitEnd()).as("%s", this.lines).isZero();
		assertThat(all("loader")).containsExactly("RestartClassLoader", "RestartClassLoader");
		assertThat(all("helper")).hasSize(2).doesNotHaveDuplicates();
		assertThat(text("farewell")).isEqualTo(text("helper"));
		for (String helper : all("helper")) {
			assertThat(ProcessHandle.of(Long.parseLong(helper))).isEmpty();
		}
	}

	private void start(String harm, String... prefix) throws IOException {
		List<String> words = new ArrayList<>(List.of(prefix));
		words.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dprivsep.harm=" + harm,
				"-Dspring.devtools.restart.enabled=" + harm.equals("restart"), "-cp",
				System.getProperty("java.class.path"), HarmedApplication.class.getName()));
		this.process = new ProcessBuilder(words).redirectErrorStream(true).start();
	}

	private void await(String what) throws IOException {
		BufferedReader reader = this.process.inputReader();
		String line = reader.readLine();
		while (line != null) {
			this.lines.add(line);
			if (line.startsWith("says: " + what)) {
				return;
			}
			line = reader.readLine();
		}
		throw new AssertionError("It did not say '" + what + "', but " + this.lines);
	}

	private int awaitEnd() throws IOException, InterruptedException {
		this.lines.addAll(this.process.inputReader().lines().toList());
		return this.process.waitFor();
	}

	private List<String> all(String what) {
		String start = "says: " + what + " ";
		List<String> found = this.lines.stream()
			.filter((line) -> line.startsWith(start))
			.map((line) -> line.substring(start.length()))
			.toList();
		assertThat(found).as("'%s' in %s", what, this.lines).isNotEmpty();
		return found;
	}

	private String text(String what) {
		return all(what).get(0);
	}

	private long number(String what) {
		return Long.parseLong(text(what));
	}

}
