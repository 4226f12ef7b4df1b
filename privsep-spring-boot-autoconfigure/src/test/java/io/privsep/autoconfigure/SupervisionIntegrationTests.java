package io.privsep.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.privsep.PrivsepUnavailableException;
import io.privsep.channel.ChannelState;
import io.privsep.sample.Bystander;
import io.privsep.sample.Faulty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a channel does about helpers that end or do not start.
 */
class SupervisionIntegrationTests {

	@Tag("any-jdk")
	@Test
	void functionsThatBlockForEverDoNotKeepThoseOfAnotherContextFromBeingCalled() {
		try (FaultyApplication application = FaultyApplication.start(List.of(Bystander.class), "queue-timeout=5m",
				"call-timeout=5m", "stop-timeout=100ms", "privsep.contexts.bystander.max-concurrency=2",
				"privsep.contexts.bystander.start-timeout=5m")) {
			Faulty functions = application.functions();
			Bystander bystander = application.context().getBean(Bystander.class);
			long pid = bystander.pid();
			for (int i = 0; i < 50; i++) {
				TestThread.start(() -> functions.nap(600_000));
			}
			Awaitility.await()
				.until(() -> application.channel().running() == 2 && application.channel().waiting() == 48);
			for (int i = 0; i < 2000; i++) {
				assertThat(bystander.pid()).isEqualTo(pid);
			}
			assertThat(application.channel().running()).isEqualTo(2);
			assertThat(application.channel().waiting()).isEqualTo(48);
		}
	}

	@Tag("any-jdk")
	@Test
	void helperThatDoesNotStartIsLoggedOnceAndItsLastWordsAreInHealth() {
		Logger logger = (Logger) LoggerFactory.getLogger("io.privsep");
		ListAppender<ILoggingEvent> events = new ListAppender<>();
		events.list = new CopyOnWriteArrayList<>();
		events.start();
		try (FaultyApplication application = FaultyApplication.start("privsep.fail-fast=false",
				"jvm.options=-XX:NoSuchOption", "queue-timeout=300ms")) {
			logger.addAppender(events);
			logger.setLevel(Level.DEBUG);
			Awaitility.await()
				.atMost(FaultyApplication.SOON)
				.until(() -> events.list.stream()
					.anyMatch((event) -> event.getFormattedMessage().contains("failure 4 in a row")));
			assertThat(application.status().lastFailure()).contains("exit code 1", "Unrecognized VM option");
			assertThatExceptionOfType(PrivsepUnavailableException.class)
				.isThrownBy(() -> application.functions().pid());
			assertThat(List.copyOf(events.list)).filteredOn((event) -> event.getLevel().isGreaterOrEqual(Level.INFO))
				.extracting(ILoggingEvent::getFormattedMessage)
				.noneMatch((message) -> message.contains("Unrecognized VM option"));
		}
		finally {
			logger.detachAppender(events);
			logger.setLevel(null);
		}
	}

	@Tag("any-jdk")
	@Test
	void spareTakesThePlaceOfAHelperThatEndsAndAnotherOneFollows(@TempDir Path directory) throws Exception {
		try (StartGate gate = new StartGate(directory);
				FaultyApplication application = FaultyApplication.start("standby=1", gate.property())) {
			assertThat(application.status().spares()).isEqualTo(1);
			ProcessHandle helper = application.helper();
			long spare = children().filter((pid) -> pid != helper.pid()).findFirst().orElseThrow();
			// without the spare, there is none from now on
			gate.shut();
			helper.destroyForcibly();
			helper.onExit().join();
			assertThat(application.functions().pid()).isEqualTo(spare);
			assertThat(application.status().state()).isEqualTo(ChannelState.RUNNING);
			assertThat(application.status().restarts()).isEqualTo(1);
			assertThat(application.status().spares()).isZero();
			gate.open();
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> application.status().spares() == 1);
		}
	}

	@Tag("any-jdk")
	@Test
	void spareThatEndsIsReplaced() {
		try (FaultyApplication application = FaultyApplication.start("standby=1")) {
			long serving = application.functions().pid();
			ProcessHandle spare = children().filter((pid) -> pid != serving)
				.map((pid) -> ProcessHandle.of(pid).orElseThrow())
				.findFirst()
				.orElseThrow();
			spare.destroyForcibly();
			spare.onExit().join();
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> application.status().lastFailure() != null);
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> application.status().spares() == 1);
			assertThat(application.functions().pid()).isEqualTo(serving);
			assertThat(application.status().restarts()).isZero();
		}
	}

	@Test
	void helpersEndWhenTheContextIsStoppedAndStartWithItAgain() {
		try (FaultyApplication application = FaultyApplication.start()) {
			ProcessHandle helper = application.helper();
			application.context().stop();
			assertThat(helper.isAlive()).isFalse();
			assertThatExceptionOfType(PrivsepUnavailableException.class)
				.isThrownBy(() -> application.functions().pid());
			application.context().start();
			assertThat(application.functions().pid()).isNotEqualTo(helper.pid());
		}
	}

	@Test
	void pausedContextKeepsItsHelper() {
		try (FaultyApplication application = FaultyApplication.start()) {
			ProcessHandle helper = application.helper();
			application.context().pause();
			assertThat(application.functions().pid()).isEqualTo(helper.pid());
			application.context().restart();
			assertThat(application.functions().pid()).isEqualTo(helper.pid());
		}
	}

	@Tag("any-jdk")
	@Test
	void applicationsInOneJvmHaveHelpersOfTheirOwn() {
		try (FaultyApplication one = FaultyApplication.start()) {
			ProcessHandle helper = one.helper();
			for (int i = 0; i < 2; i++) {
				ProcessHandle another;
				try (FaultyApplication other = FaultyApplication.start()) {
					another = other.helper();
					assertThat(another).isNotEqualTo(helper);
				}
				assertThat(another.isAlive()).isFalse();
			}
			assertThat(one.functions().pid()).isEqualTo(helper.pid());
			assertThat(one.status().restarts()).isZero();
		}
	}

	@Test
	void closeLetsCallsInFlightFinishRefusesNewOnesAndLeavesNoProcess() throws Exception {
		FaultyApplication application = FaultyApplication.start("stop-timeout=1m");
		Faulty functions = application.functions();
		ProcessHandle helper = application.helper();
		FutureTask<?> inFlight = TestThread.start(() -> assertThat(functions.nap(2000)).isEqualTo(helper.pid()));
		Awaitility.await().until(() -> application.channel().running() == 1);
		CountDownLatch closing = new CountDownLatch(1);
		FutureTask<?> late = TestThread.start(() -> {
			closing.await();
			while (true) {
				functions.pid();
			}
		});
		closing.countDown();
		application.close();
		inFlight.get();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(late::get)
			.withCauseInstanceOf(PrivsepUnavailableException.class);
		assertThat(helper.isAlive()).isFalse();
	}

	@Tag("any-jdk")
	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void helperThatCannotBeStartedAgainIsWarnedOfOnceAndServesWhenItCan(@TempDir Path directory, CapturedOutput output)
			throws IOException {
		Path options = Files.createFile(directory.resolve("options"));
		Logger logger = (Logger) LoggerFactory.getLogger("io.privsep.channel");
		try (FaultyApplication application = FaultyApplication.start("jvm.options=-XX:VMOptionsFile=" + options,
				"queue-timeout=300ms")) {
			logger.setLevel(Level.DEBUG);
			Files.writeString(options, "-XX:NoSuchOption");
			application.helper().destroyForcibly();
			Awaitility.await()
				.atMost(FaultyApplication.SOON)
				.until(() -> output.getOut().contains("failure 5 in a row"));
			assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN ")))
				.filteredOn((line) -> line.contains("Unrecognized VM option"))
				.hasSize(1);
			assertThat(application.status().lastFailure()).contains("Unrecognized VM option");
			assertThatExceptionOfType(PrivsepUnavailableException.class)
				.isThrownBy(() -> application.functions().pid());
			Files.writeString(options, "");
			assertThat(application.helper().isAlive()).isTrue();
		}
		finally {
			logger.setLevel(null);
		}
	}

	private static Stream<Long> children() {
		return ProcessHandle.current().children().map(ProcessHandle::pid);
	}

}
