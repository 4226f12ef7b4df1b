package io.privsep.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.privsep.PrivsepTimeoutException;
import io.privsep.channel.ChannelState;
import io.privsep.channel.ChannelStatus;
import io.privsep.sample.Faulty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That helpers serve for no more calls, and no longer, than they may, and that callers do
 * not notice.
 */
@ExtendWith(OutputCaptureExtension.class)
@Tag("any-jdk")
class RecycleIntegrationTests {

	@Test
	void eachCallRunsInAFreshProcessWhichEnds(CapturedOutput output) throws Exception {
		Set<Long> pids = new HashSet<>();
		try (FaultyApplication application = FaultyApplication.start("recycle.calls=1", "queue-timeout=5m")) {
			Faulty functions = application.functions();
			assertThat(application.status().spares()).isEqualTo(1);
			for (int i = 0; i < 2; i++) {
				Long pid = functions.pid();
				assertThat(pids.add(pid)).as("another process").isTrue();
				// also before anyone has had the time to see that its only call was made
				assertThat(application.status().pid()).isNotEqualTo(pid);
				// as it is in a class that was loaded just now
				assertThat(functions.count()).isEqualTo(1);
				assertThat(application.status().state()).isEqualTo(ChannelState.RUNNING);
			}
			List<FutureTask<Long>> tasks = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				tasks.add(start(() -> functions.nap(50)));
			}
			for (FutureTask<Long> each : tasks) {
				assertThat(pids.add(each.get())).as("another process").isTrue();
			}
			awaitEnd(pids);
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> application.status().recycled() == 7);
			assertIsNoFailure(application.status());
		}
		assertThat(output).doesNotContain("WARN").doesNotContain("RUNNING -> STARTING").doesNotContain("BACKOFF");
		// nothing for each call
		assertThat(output.toString().lines().filter((line) -> line.contains("Helper 'faulty'"))).hasSize(4);
	}

	@Test
	void helperGetsExactlyAsManyCallsAsItMay() throws Exception {
		try (FaultyApplication application = FaultyApplication.start("recycle.calls=3", "max-concurrency=4",
				"standby=2", "queue-timeout=60s")) {
			Faulty functions = application.functions();
			List<FutureTask<List<Long>>> callers = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				callers.add(start(() -> List.of(functions.pid(), functions.nap(10), functions.pid())));
			}
			List<Long> pids = new ArrayList<>();
			for (FutureTask<List<Long>> each : callers) {
				pids.addAll(each.get());
			}
			Map<Long, Long> calls = pids.stream().collect(Collectors.groupingBy((pid) -> pid, Collectors.counting()));
			assertThat(calls.values()).containsOnly(3L).hasSize(4);
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> application.status().recycled() == 4);
			assertIsNoFailure(application.status());
		}
	}

	@Test
	void helperThatHasServedForLongEnoughIsReplacedWhileCallsGoOn() throws Exception {
		try (FaultyApplication application = FaultyApplication.start("recycle.after=300ms", "queue-timeout=5m")) {
			Faulty functions = application.functions();
			List<FutureTask<Set<Long>>> callers = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				callers.add(start(() -> {
					Set<Long> pids = new HashSet<>();
					while (application.status().recycled() < 2 || pids.size() < 2) {
						pids.add(functions.nap(1));
					}
					return pids;
				}));
			}
			Set<Long> pids = new HashSet<>();
			for (FutureTask<Set<Long>> each : callers) {
				pids.addAll(each.get());
			}
			// also one that is not called
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> application.status().recycled() >= 3);
			awaitEnd(pids);
			assertIsNoFailure(application.status());
		}
	}

	@Test
	void callersWaitForTheNextHelperWhereThereIsToBeNoSpare() {
		try (FaultyApplication application = FaultyApplication.start("recycle.calls=1", "standby=0",
				"queue-timeout=5m")) {
			Set<Long> pids = new HashSet<>();
			for (int i = 0; i < 2; i++) {
				assertThat(pids.add(application.functions().pid())).isTrue();
				assertThat(application.status().state()).isEqualTo(ChannelState.RUNNING);
				assertThat(application.status().spares()).isZero();
			}
			awaitEnd(pids);
			assertIsNoFailure(application.status());
		}
	}

	@Test
	void callInFlightHasAllOfItsTime(@TempDir Path directory) throws Exception {
		Path begun = directory.resolve("begun");
		Path end = directory.resolve("end");
		try (FaultyApplication application = FaultyApplication.start("recycle.calls=2", "cancel-grace=100ms",
				"call-timeout=5m", "queue-timeout=5m")) {
			Faulty functions = application.functions();
			CompletableFuture<Long> inFlight = functions.beginAndWaitFor(begun, end);
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> Files.exists(begun));
			long pid = functions.pid();
			assertThat(functions.pid()).isNotEqualTo(pid);
			// several times as long as its cancellation may be ignored
			Thread.sleep(500);
			assertThat(inFlight).isNotDone();
			Files.createFile(end);
			assertThat(inFlight.get()).isEqualTo(pid);
			awaitEnd(Set.of(pid));
			assertIsNoFailure(application.status());
		}
	}

	@Test
	void functionThatHangsInARecycledHelperIsTimedOutAndEnded() {
		try (FaultyApplication application = FaultyApplication.start("recycle.calls=1", "cancel-grace=200ms",
				"queue-timeout=5m")) {
			Faulty functions = application.functions();
			long pid = Objects.requireNonNull(application.status().pid());
			assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(functions::ignoreCancellation);
			assertThat(functions.pid()).isNotEqualTo(pid);
			awaitEnd(Set.of(pid));
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> application.status().lastFailure() != null);
			assertThat(application.status().lastFailure())
				.startsWith("helper " + pid + " is replaced: 'Faulty.ignoreCancellation' ignored its cancellation");
			assertThat(application.channel().running()).isZero();
			assertThat(application.status().restarts()).isZero();
		}
	}

	@Test
	void helperThatDiesIsAFailureAlsoWhereHelpersAreRecycled() {
		try (FaultyApplication application = FaultyApplication.start("recycle.calls=1000", "queue-timeout=5m")) {
			ProcessHandle helper = application.helper();
			helper.destroyForcibly();
			helper.onExit().join();
			assertThat(application.functions().pid()).isNotEqualTo(helper.pid());
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> application.status().lastFailure() != null);
			assertThat(application.status().restarts()).isEqualTo(1);
			assertThat(application.status().recycled()).isZero();
		}
	}

	private static void assertIsNoFailure(ChannelStatus status) {
		assertThat(status.state()).isEqualTo(ChannelState.RUNNING);
		assertThat(status.restarts()).isZero();
		assertThat(status.lastFailure()).isNull();
	}

	private static void awaitEnd(Set<Long> pids) {
		assertThat(pids).isNotEmpty()
			.allSatisfy((pid) -> Awaitility.await()
				.atMost(FaultyApplication.SOON)
				.until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()));
	}

	private static <T> FutureTask<T> start(Callable<T> calls) {
		FutureTask<T> task = new FutureTask<>(calls);
		new Thread(task).start();
		return task;
	}

}
