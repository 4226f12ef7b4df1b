package io.privsep.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No process that has ended is left behind by helpers, also where the application is
 * process 1, whose part it would be to wait for what others have left.
 */
@Tag("once")
class ZombieIntegrationTests {

	private static final int PROGRAMS = 400;

	private static final int HELPERS = 30;

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	@Test
	void applicationThatIsProcessOneHasNoZombiesOfProgramsNorOfHelpers() throws Exception {
		try (SandboxedApplication application = new SandboxedApplication(code, asProcessOne(), "sandbox.exec=true",
				"sandbox.read=/usr/bin", "recycle.calls=1", "max-concurrency=2")) {
			assertThat(application.attempt("startPrograms", PROGRAMS)).isEqualTo(PROGRAMS);
			for (int i = 0; i < HELPERS; i++) {
				// each in a helper of its own
				assertThat(application.attempt("count")).isEqualTo(1);
			}
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.untilAsserted(() -> assertThat(zombies(application.process().pid())).isEmpty());
			// two that serve and wait, and none that has served
			Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> helpers(application).size() <= 2);
		}
	}

	@Test
	void applicationThatIsProcessOneHasNoZombiesOfHelpersThatItHasToKill() throws Exception {
		try (SandboxedApplication application = new SandboxedApplication(code, asProcessOne(), "sandbox.network=none",
				"ping-interval=10s", "stop-timeout=1s")) {
			assertThat(application.attempt("count")).isEqualTo(1);
			ProcessHandle helper = helpers(application).get(0);
			assertThat(new ProcessBuilder("/bin/kill", "-STOP", Long.toString(helper.pid())).start().waitFor())
				.isZero();
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.untilAsserted(
						() -> assertThat(application.attempt("count")).as("%s", application.output()).isEqualTo(1));
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.untilAsserted(() -> assertThat(application.output()).contains("helper ended (killed by signal 9)"));
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.untilAsserted(() -> assertThat(zombies(application.process().pid())).isEmpty());
			assertThat(helper.isAlive()).isFalse();
		}
	}

	private static List<String> asProcessOne() {
		List<String> before = new ArrayList<>(
				List.of("/usr/bin/unshare", "--pid", "--fork", "--mount-proc", "--kill-child"));
		before.addAll(SandboxedApplication.asUser());
		return before;
	}

	// the first is the application
	private static List<ProcessHandle> helpers(SandboxedApplication application) {
		return application.process()
			.descendants()
			.filter((each) -> each.info().command().orElse("").endsWith("/java"))
			.skip(1)
			.toList();
	}

	private static List<String> zombies(long application) throws IOException {
		List<String> zombies = new ArrayList<>();
		List<Long> processes = new ArrayList<>(List.of(application));
		List<String> stats = stats();
		for (int i = 0; i < processes.size(); i++) {
			String parent = processes.get(i).toString();
			for (String stat : stats) {
				// the name of the program stands in brackets and may have spaces
				String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
				if (fields[1].equals(parent)) {
					processes.add(Long.valueOf(stat.substring(0, stat.indexOf(' '))));
					if (fields[0].equals("Z")) {
						zombies.add(stat);
					}
				}
			}
		}
		assertThat(processes).hasSizeGreaterThan(2);
		return zombies;
	}

	private static List<String> stats() throws IOException {
		List<String> stats = new ArrayList<>();
		try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
			for (Path process : processes) {
				try {
					stats.add(Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1));
				}
				catch (IOException ex) {
					// it has ended meanwhile
				}
			}
		}
		return stats;
	}

}
