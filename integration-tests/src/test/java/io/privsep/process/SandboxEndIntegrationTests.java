package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.PrivsepConnectionLostException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A sandboxed helper does not outlive its application, whatever it does.
 */
@Tag("once")
class SandboxEndIntegrationTests {

	private static final int KILLS = 3;

	private static final int END_SECONDS = 120;

	private static final Pattern PID = Pattern.compile("-> RUNNING \\(pid (\\d+)\\)");

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	@Test
	void helperEndsWithKilledApplication() throws Exception {
		List<Long> millis = new ArrayList<>();
		for (int i = 0; i < KILLS; i++) {
			millis.add(millisToEnd(List.of()));
		}
		Collections.sort(millis);
		System.out.println("measured: end of sandboxed helper after its application was killed: " + millis + " ms");
	}

	// It hears nothing of the end of its connection: the kernel ends it.
	@Test
	void helperThatDoesNotListenEndsWithKilledApplication() throws Exception {
		System.out.println("measured: end of a stopped helper after its application was killed: "
				+ millisToEnd(List.of("STOP")) + " ms");
	}

	@Test
	void helperThatDoesNotListenEndsWithClosedApplication() throws Exception {
		System.out.println("measured: end of a stopped helper after its application was closed: "
				+ millisToEnd(List.of("STOP", "CLOSE")) + " ms");
	}

	// As the kernel forgets the signal at the end of its parent then.
	@Test
	void programThatAHelperHasBecomeEndsWithKilledApplication() throws Exception {
		requireEndOfProgram((application) -> application.process().destroyForcibly());
	}

	@Test
	void programThatAHelperHasBecomeEndsWhenTheHelperIsReplaced() throws Exception {
		requireEndOfProgram((application) -> assertThat(application.attempt("count")).isEqualTo(1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sandbox.network=none", "sandbox.exec=true" })
	void signalsToAllProcessesOfASandboxLeaveItsHelperServing(String property) throws Exception {
		try (SandboxedApplication application = new SandboxedApplication(code, SandboxedApplication.asUser(),
				property)) {
			assertThat(application.attempt("count")).isEqualTo(1);
			List<Long> processes = application.process().descendants().map(ProcessHandle::pid).toList();
			assertThat(processes).hasSizeGreaterThan(1).contains(pid(application));
			for (String name : List.of("HUP", "INT", "TERM")) {
				for (long process : processes) {
					signal(name, process);
				}
			}
			assertThat(application.attempt("count")).isEqualTo(2);
			for (long process : processes) {
				assertThat(ProcFiles.isRunning(process)).isTrue();
			}
		}
	}

	private static void requireEndOfProgram(ThrowingConsumer<SandboxedApplication> end) throws Exception {
		String program = Files.copy(Path.of("/usr/bin/sleep"), code.createDirectory("rwxr-xr-x", 0).resolve("sleep"))
			.toString();
		try (SandboxedApplication application = new SandboxedApplication(code, SandboxedApplication.asUser(),
				"sandbox.exec=true", "sandbox.read=" + program, "stop-timeout=1s", "ping-interval=10s")) {
			long helper = pid(application);
			try {
				assertThat(application.attempt("become", program, "600"))
					.isInstanceOf(PrivsepConnectionLostException.class);
				end.accept(application);
				Awaitility.await().atMost(END_SECONDS, TimeUnit.SECONDS).until(() -> !ProcFiles.isRunning(helper));
			}
			finally {
				ProcessHandle.of(helper).ifPresent(ProcessHandle::destroyForcibly);
			}
		}
	}

	// Its sandbox takes from the application's rights, whatever is left of them.
	@Test
	void helperIsStartedAgainWhenTheApplicationHasGivenUpRoot() throws Exception {
		try (SandboxedApplication application = new SandboxedApplication(code, List.of(), "sandbox.network=none",
				"/privsep.drop-root.user=" + SandboxedApplication.USER)) {
			long helper = pid(application);
			assertThat(ProcFiles.status(application.process().pid()).get("Uid"))
				.startsWith("" + SandboxedApplication.USER);
			assertThat(ProcFiles.status(helper).get("Uid")).startsWith("" + SandboxedApplication.USER);
			signal("KILL", helper);
			Awaitility.await()
				.atMost(2, TimeUnit.MINUTES)
				.until(() -> PID.matcher(application.output()).results().count() > 1);
			assertThat(application.attempt("count")).isEqualTo(1);
			assertThat(application.attempt("status")).asString().contains("NSpid:\t1\n");
		}
	}

	private static long pid(SandboxedApplication application) {
		Matcher matcher = PID.matcher(application.output());
		assertThat(matcher.find()).as(application.output()).isTrue();
		return Long.parseLong(matcher.group(1));
	}

	private static long millisToEnd(List<String> how) throws Exception {
		try (SandboxedApplication application = new SandboxedApplication(code, SandboxedApplication.asUser(),
				"sandbox.network=none", "stop-timeout=1s")) {
			long helper = pid(application);
			assertThat(ProcFiles.isRunning(helper)).isTrue();
			assertThat(ProcFiles.status(helper).get("Name")).isEqualTo("java");
			Thread call = new Thread(() -> {
				try {
					application.attempt("loop");
				}
				catch (IOException ex) {
					// the application has ended
				}
			});
			call.start();
			assertThat(application.attempt("count")).isEqualTo(1);
			if (how.contains("STOP")) {
				signal("STOP", helper);
			}
			long start = System.nanoTime();
			if (how.contains("CLOSE")) {
				application.process().destroy();
			}
			else {
				application.process().destroyForcibly();
			}
			while (ProcFiles.isRunning(helper)) {
				assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).as("seconds that it still runs")
					.isLessThan(END_SECONDS);
				Thread.sleep(2);
			}
			call.join();
			return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
		}
	}

	private static void signal(String name, long pid) throws Exception {
		assertThat(new ProcessBuilder("/bin/kill", "-" + name, Long.toString(pid)).start().waitFor()).isZero();
	}

}
