package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.definition.DefinitionFrame;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.linux.SocketPair;
import io.privsep.process.Application.Trait;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A helper lives exactly as long as its application.
 */
class HelperEndIntegrationTests {

	private static final int USER = 61231;

	private static final int KILLS = 3;

	private static final long END_SECONDS = 120;

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	@Test
	void idleHelperEndsWithKilledApplication() throws Exception {
		assertEndsWithKilledApplication("idle");
	}

	@Test
	@Tag("any-jdk")
	void busyHelperEndsWithKilledApplication() throws Exception {
		assertEndsWithKilledApplication("busy", Trait.BUSY);
	}

	@Test
	@Tag("any-jdk")
	void helperEndsWithKilledApplicationWhoseOtherChildLives() throws Exception {
		assertEndsWithKilledApplication("other child alive", Trait.OTHER_CHILD);
	}

	private static void assertEndsWithKilledApplication(String name, Trait... traits) throws Exception {
		List<Long> millis = new ArrayList<>();
		for (int i = 0; i < KILLS; i++) {
			long child = -1;
			try (RunningApplication application = RunningApplication.start(code, USER, traits)) {
				if (List.of(traits).contains(Trait.OTHER_CHILD)) {
					child = Long.parseLong(application.await("child "));
				}
				application.await("ready");
				assertThat(ProcFiles.isRunning(application.helperPid())).isTrue();
				long start = System.nanoTime();
				application.kill();
				awaitEnd(application.helperPid());
				millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
				assertThat(child == -1 || ProcFiles.isRunning(child)).as("other child lives").isTrue();
			}
			finally {
				if (child != -1) {
					ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
				}
			}
		}
		Collections.sort(millis);
		System.out.println("measured: end of helper after its application was killed, " + name + ": "
				+ millis.stream().map((each) -> each + "").collect(Collectors.joining(" ")) + " ms");
	}

	// bounded for what it must not be, which is for ever; how long it takes is printed
	private static void awaitEnd(long pid) throws Exception {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
		while (ProcFiles.isRunning(pid)) {
			assertThat(System.nanoTime() - deadline).as("helper still runs " + END_SECONDS + " s later").isNegative();
			Thread.sleep(2);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 3, 20 })
	void helperEndsWithApplicationThatEndsBeforeItHasToldAll(int bytes) throws IOException {
		Rights rights = RealHelper.rights(USER);
		SocketPair pair = SocketPair.open();
		try (RealHelper helper = RealHelper.launchWith(RealHelper.words(code, rights), pair.childFd())) {
			pair.closeChildFd();
			pair.application().write(DefinitionFrame.write(RealHelper.definition(rights, 0)).limit(bytes));
			pair.application().close();
			assertThat(helper.awaitEnd()).isEqualTo(new RealHelper.End(0, ""));
		}
	}

	@Test
	void programsThatAFunctionHasStartedEndWithTheHelper() throws Exception {
		try (RealHelper helper = RealHelper.start(code, RealHelper.rights(USER))) {
			// its own parent ends at once, so that it is nobody's child
			String output = String.valueOf(helper.call("run", "sleep 300 </dev/null >/dev/null 2>&1 & echo $!"));
			long program = Long.parseLong(output.substring(output.indexOf(']') + 1).strip());
			assertThat(ProcFiles.isRunning(program)).isTrue();
			helper.endConnection();
			assertThat(helper.awaitEnd().exitCode()).isZero();
			long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
			while (ProcFiles.isRunning(program)) {
				assertThat(System.nanoTime() - deadline).as("program still runs").isNegative();
				Thread.sleep(2);
			}
		}
	}

	@Test
	void helperOutlivesThreadThatStartedIt() throws Exception {
		try (RunningApplication application = RunningApplication.start(code, USER, Trait.SHORT_LIVED_SPAWNING_THREAD)) {
			assertThat(application.await("answer ")).isEqualTo("x");
			assertThat(ProcFiles.isRunning(application.helperPid())).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(Stop.class)
	void callInFlightIsFinishedWhenApplicationIsStopped(Stop stop) throws Exception {
		try (RunningApplication application = RunningApplication.startAtTerminal(code, USER, Trait.FINISHES_CALL)) {
			Path file = Path.of(application.await("file "));
			application.await("ready");
			assertThat(ProcFiles.stat(application.pid(), 7)).as("terminal of application").isNotEqualTo("0");
			assertThat(ProcFiles.stat(application.helperPid(), 7)).as("terminal of helper").isEqualTo("0");
			assertThat(ProcFiles.stat(application.helperPid(), 6)).as("session of helper")
				.isEqualTo(String.valueOf(application.helperPid()));
			stop.stop(application);
			application.await("stopping");
			Files.delete(file);
			assertThat(application.await("returned ")).isEqualTo("true");
			application.await("stopped");
			application.awaitExit();
			awaitEnd(application.helperPid());
			assertThat(ProcFiles.isRunning(application.pid())).isFalse();
		}
	}

	// as on macOS: a terminal signals the helper, too
	@Test
	void callInFlightIsFinishedAfterControlCWhereHelpersHaveNoSessionOfTheirOwn() throws Exception {
		try (RunningApplication application = RunningApplication.startAtTerminalWithoutSetsid(code, USER,
				Trait.UNPRIVILEGED, Trait.FINISHES_CALL)) {
			Path file = Path.of(application.await("file "));
			application.await("ready");
			assertThat(ProcFiles.stat(application.helperPid(), 5)).as("process group of helper")
				.isEqualTo(ProcFiles.stat(application.pid(), 5));
			Stop.CONTROL_C.stop(application);
			application.await("stopping");
			Files.delete(file);
			assertThat(application.await("returned ")).isEqualTo("true");
			application.await("stopped");
			application.awaitExit();
			awaitEnd(application.helperPid());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "HUP", "INT", "TERM" })
	void helperOutlivesSignalsToItsProcessGroupAndEndsWithItsConnection(String signal) throws Exception {
		try (RealHelper helper = RealHelper.start(code, RealHelper.rights(USER))) {
			assertThat(Command.shell("kill -s " + signal + " -- -" + helper.pid()).exitCode()).isZero();
			// the signal was delivered before this is sent
			assertThat(helper.call("echo", "served")).isEqualTo("served");
			helper.endConnection();
			assertThat(helper.awaitEnd()).isEqualTo(new RealHelper.End(0, ""));
		}
	}

	// documented; HUP, INT and TERM are 1, 2 and 15
	@Test
	void programsThatAFunctionStartsIgnoreTheSameSignals() throws Exception {
		try (RealHelper helper = RealHelper.start(code, RealHelper.rights(USER))) {
			assertThat(helper.call("run", "grep SigIgn /proc/self/status")).asString().matches("(?s).*4003\n");
		}
	}

	/**
	 * How an application is asked to end.
	 */
	enum Stop {

		/** Ctrl-C is typed, which signals every process that the terminal has. */
		CONTROL_C {

			@Override
			void stop(RunningApplication application) throws IOException {
				application.type('\u0003');
			}

		},

		/** The signal that the system's service manager sends. */
		SIGTERM {

			@Override
			void stop(RunningApplication application) {
				ProcessHandle.of(application.pid()).orElseThrow().destroy();
			}

		},

		/** What a service manager does that signals all processes of a service. */
		SIGTERM_TO_ALL {

			@Override
			void stop(RunningApplication application) throws IOException {
				ProcessHandle.of(application.helperPid()).orElseThrow().destroy();
				SIGTERM.stop(application);
			}

		};

		abstract void stop(RunningApplication application) throws IOException;

	}

}
