package io.privsep.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.sample.Faulty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What comes after a timeout that is long enough for a busy machine. The tests wait at
 * the same time, each with an application of its own.
 */
@Execution(ExecutionMode.CONCURRENT)
class LongTimeoutIntegrationTests {

	@Test
	void stoppedIdleHelperIsReplaced() throws Exception {
		try (FaultyApplication application = FaultyApplication.start("ping-interval=10s")) {
			ProcessHandle helper = application.helper();
			stop(helper);
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> !helper.isAlive());
			assertThat(application.functions().pid()).isNotEqualTo(helper.pid());
		}
	}

	@Test
	void helperThatIsStoppedInACallLosesItAndIsReplaced(@TempDir Path directory) throws Exception {
		try (FaultyApplication application = FaultyApplication.start("ping-interval=10s")) {
			ProcessHandle helper = application.helper();
			Path begun = directory.resolve("begun");
			FutureTask<?> call = TestThread.start(() -> application.functions().hang(begun));
			Awaitility.await().until(() -> Files.exists(begun));
			stop(helper);
			assertThatThrownBy(() -> call.get(2, TimeUnit.MINUTES)).isInstanceOf(ExecutionException.class)
				.hasCauseInstanceOf(PrivsepConnectionLostException.class);
			assertThat(application.functions().pid()).isNotEqualTo(helper.pid());
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> !helper.isAlive());
			assertThat(application.status().lastFailure()).contains("no heartbeat within 10000ms");
		}
	}

	@Test
	void functionThatIgnoresItsCancellationHasItsHelperReplacedAndOthersFinish(@TempDir Path directory)
			throws Exception {
		// the next helper is there at once, so that all of the second grace is left for
		// the other call
		try (FaultyApplication application = FaultyApplication.start("cancel-grace=10s", "standby=1")) {
			Faulty functions = application.functions();
			long helper = application.helper().pid();
			Path end = directory.resolve("end");
			CompletableFuture<Long> other = functions.waitFor(end);
			Awaitility.await().until(() -> application.channel().running() == 1);
			assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(functions::ignoreCancellation);
			// there is no slot before the grace is over
			assertThat(functions.pid()).isNotEqualTo(helper);
			Files.createFile(end);
			assertThat(other.get()).isEqualTo(helper);
		}
	}

	@Tag("full")
	@Tag("any-jdk")
	@Test
	void asynchronousCallsWaitForTheQueueTimeoutAndNothingOfThemStays(@TempDir Path directory) throws Exception {
		try (FaultyApplication application = FaultyApplication.start("queue-timeout=20s", "call-timeout=5m")) {
			Faulty functions = application.functions();
			Path end = directory.resolve("end");
			List<CompletableFuture<Long>> running = application.hold(end, 2);
			List<CompletableFuture<Long>> waiting = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				waiting.add(functions.napLater(1));
			}
			assertThat(application.channel().waiting()).isEqualTo(20);
			waiting.remove(0).cancel(true);
			assertThat(application.channel().waiting()).isEqualTo(19);
			for (CompletableFuture<Long> each : waiting) {
				assertThatThrownBy(() -> each.get(2, TimeUnit.MINUTES)).isInstanceOf(ExecutionException.class)
					.hasCauseInstanceOf(PrivsepBusyException.class);
			}
			assertThat(running).noneMatch(CompletableFuture::isDone);
			assertThat(application.channel().waiting()).isZero();
			Files.createFile(end);
			for (CompletableFuture<Long> each : running) {
				assertThat(each.get()).isPositive();
			}
			assertThat(functions.napLater(1).get()).isPositive();
		}
	}

	@Tag("full")
	@Tag("any-jdk")
	@Test
	void processThatNeverBecomesAHelperIsEndedAndTheNextOneServes(@TempDir Path directory) throws Exception {
		try (StartGate gate = new StartGate(directory);
				FaultyApplication application = FaultyApplication.start(gate.property(), "start-timeout=20s",
						"privsep.fail-fast=false")) {
			// on a busy machine the first one may be too late as well
			ProcessHandle helper = application.helper();
			gate.shut();
			helper.destroyForcibly();
			helper.onExit().join();
			ProcessHandle silent = Awaitility.await()
				.atMost(FaultyApplication.SOON)
				.until(() -> ProcessHandle.current()
					.children()
					.filter((child) -> !child.equals(helper) && isGiven(child, gate.property()))
					.findFirst(), (child) -> child.isPresent())
				.orElseThrow();
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> !silent.isAlive());
			Awaitility.await()
				.atMost(FaultyApplication.SOON)
				.until(() -> String.valueOf(application.status().lastFailure())
					.contains("the helper was not ready within 20s"));
			gate.open();
			assertThat(application.helper().isAlive()).isTrue();
		}
	}

	private static void stop(ProcessHandle process) throws IOException, InterruptedException {
		Process kill = new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).inheritIO().start();
		assertThat(kill.waitFor()).isZero();
	}

	// The JDK tells no arguments of a command as long as a helper's.
	private static boolean isGiven(ProcessHandle process, String property) {
		try {
			return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
				.contains(property.substring(property.indexOf('=') + 1));
		}
		catch (IOException ex) {
			// it has just ended
			return false;
		}
	}

}
