package io.privsep.autoconfigure;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.channel.ChannelState;
import io.privsep.sample.Bystander;
import io.privsep.sample.Faulty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What a channel does about helpers that end, and about functions that do not.
 */
class SupervisionIntegrationTests {

	private static final int CALLS = 4000;

	private static final int KILLS = 10;

	@Test
	void functionRanOnceIfItReturnedNeverIfUnavailableOrBusyAndAtMostOnceIfLost(@TempDir Path directory)
			throws Exception {
		Path file = directory.resolve("runs");
		Map<Integer, String> outcomes = new ConcurrentHashMap<>();
		Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();
		try (FaultyApplication application = FaultyApplication.start("queue-timeout=150ms", "max-concurrency=3",
				"restart.initial-backoff=20ms")) {
			AtomicInteger ids = new AtomicInteger();
			AtomicInteger kills = new AtomicInteger();
			List<Thread> callers = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				Thread caller = new Thread(() -> {
					while (unexpected.isEmpty() && (ids.get() < CALLS || kills.get() < KILLS)) {
						int id = ids.incrementAndGet();
						try {
							outcomes.put(id, outcome(application.functions(), file, id));
						}
						catch (Throwable ex) {
							unexpected.add(ex);
						}
					}
				});
				caller.start();
				callers.add(caller);
			}
			Random random = new Random(1);
			while (callers.stream().anyMatch(Thread::isAlive)) {
				Thread.sleep(50 + random.nextInt(150));
				Long pid = application.status().pid();
				if (pid != null && ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false)) {
					kills.incrementAndGet();
				}
			}
		}
		assertThat(unexpected).isEmpty();
		Map<Integer, Long> runs = Files.readAllLines(file)
			.stream()
			.collect(Collectors.groupingBy(Integer::valueOf, Collectors.counting()));
		assertThat(outcomes).hasSizeGreaterThanOrEqualTo(CALLS);
		outcomes.forEach((id, outcome) -> {
			long ran = runs.getOrDefault(id, 0L);
			switch (outcome) {
				case "returned" -> assertThat(ran).as("call %d, which returned", id).isEqualTo(1);
				case "lost" -> assertThat(ran).as("call %d, which was lost", id).isLessThanOrEqualTo(1);
				default -> assertThat(ran).as("call %d, which was %s", id, outcome).isZero();
			}
		});
		// otherwise nothing was proven
		assertThat(outcomes.values()).contains("returned", "lost", "unavailable");
	}

	private static String outcome(Faulty functions, Path file, int id) throws IOException {
		try {
			assertThat(functions.mark(file, id)).isEqualTo(id);
			return "returned";
		}
		catch (PrivsepConnectionLostException ex) {
			return "lost";
		}
		catch (PrivsepUnavailableException ex) {
			return "unavailable";
		}
		catch (PrivsepBusyException ex) {
			return "busy";
		}
	}

	@Test
	void capacityIsWhatItWasAfterTenThousandCallsThatWereLate(@TempDir Path directory) throws Exception {
		try (FaultyApplication application = FaultyApplication.start("cancel-grace=60s")) {
			Faulty functions = application.functions();
			long pid = functions.pid();
			AtomicInteger timedOut = new AtomicInteger();
			List<FutureTask<@Nullable Void>> callers = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				callers.add(start(() -> {
					while (timedOut.get() < 10_000) {
						// the helper may also be too busy to take a call in so little
						// time
						Throwable thrown = catchThrowable(functions::late);
						if (thrown instanceof PrivsepTimeoutException) {
							timedOut.incrementAndGet();
						}
						else {
							assertThat(thrown).isInstanceOf(PrivsepUnavailableException.class);
						}
					}
				}));
			}
			for (FutureTask<?> caller : callers) {
				caller.get();
			}
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> application.channel().running() == 0);
			// both slots, at the same time
			Path end = directory.resolve("end");
			List<CompletableFuture<Long>> both = List.of(functions.waitFor(end), functions.waitFor(end));
			Awaitility.await().until(() -> application.channel().running() == 2);
			Files.createFile(end);
			for (CompletableFuture<Long> each : both) {
				assertThat(each.get()).isEqualTo(pid);
			}
			assertThat(functions.pid()).isEqualTo(pid);
			assertThat(application.status().restarts()).isZero();
		}
	}

	@Test
	void cancelledFutureAndInterruptedCallerFreeTheirSlots() throws Exception {
		try (FaultyApplication application = FaultyApplication.start("cancel-grace=60s")) {
			Faulty functions = application.functions();
			long pid = functions.pid();
			CompletableFuture<Long> future = functions.napLater(60_000);
			Thread caller = new Thread(() -> assertThatExceptionOfType(PrivsepTimeoutException.class)
				.isThrownBy(() -> functions.nap(60_000)));
			caller.start();
			Awaitility.await().until(() -> application.channel().running() == 2);
			future.cancel(true);
			caller.interrupt();
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> application.channel().running() == 0);
			caller.join();
			assertThat(functions.pid()).isEqualTo(pid);
		}
	}

	@Test
	void asynchronousCallsWaitForTheQueueTimeoutAndNothingOfThemStays(@TempDir Path directory) throws Exception {
		try (FaultyApplication application = FaultyApplication.start("queue-timeout=3s", "call-timeout=60s")) {
			Faulty functions = application.functions();
			Path end = directory.resolve("end");
			List<CompletableFuture<Long>> running = List.of(functions.waitFor(end), functions.waitFor(end));
			Awaitility.await().until(() -> application.channel().running() == 2);
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

	@Test
	void twoHundredCallersAreRejectedAfterTheQueueTimeoutAndServedWhenSlotsAreFree(@TempDir Path directory)
			throws Exception {
		try (FaultyApplication application = FaultyApplication.start("queue-timeout=700ms", "call-timeout=60s")) {
			Faulty functions = application.functions();
			Path end = directory.resolve("end");
			List<CompletableFuture<Long>> holders = List.of(functions.waitFor(end), functions.waitFor(end));
			Awaitility.await().until(() -> application.channel().running() == 2);
			List<FutureTask<?>> rejected = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				rejected.add(start(() -> {
					long before = System.nanoTime();
					assertThatExceptionOfType(PrivsepBusyException.class).isThrownBy(functions::pid)
						.withMessageContaining("no slot for 'Faulty.pid' within 700ms");
					assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(Duration.ofMillis(700),
							FaultyApplication.SOON);
				}));
			}
			for (FutureTask<?> each : rejected) {
				each.get();
			}
			assertThat(application.channel().waiting()).isZero();
			Files.createFile(end);
			for (CompletableFuture<Long> holder : holders) {
				assertThat(holder.get()).isPositive();
			}
			List<FutureTask<?>> served = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				// the last of so many may wait for longer than that on a busy machine
				served.add(start(() -> Awaitility.await()
					.atMost(FaultyApplication.SOON)
					.ignoreExceptionsInstanceOf(PrivsepBusyException.class)
					.until(functions::pid, (pid) -> pid > 0)));
			}
			for (FutureTask<?> each : served) {
				each.get();
			}
			assertThat(application.channel().running()).isZero();
		}
	}

	@Test
	void argumentsOfCallsThatWaitTakeNoMemoryButTheirOwn() throws Exception {
		byte[] bytes = new byte[1 << 20];
		String text = "x".repeat(1 << 20);
		try (FaultyApplication application = FaultyApplication.start("queue-timeout=60s", "stop-timeout=100ms")) {
			Faulty functions = application.functions();
			int length = functions.length(bytes, text);
			FutureTask<?> first = start(() -> functions.nap(60_000));
			FutureTask<?> second = start(() -> functions.nap(60_000));
			Awaitility.await().until(() -> application.channel().running() == 2);
			long helperBefore = rss(application.status().pid());
			long before = memory();
			List<FutureTask<?>> waiting = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				waiting.add(start(() -> assertThat(functions.length(bytes, text)).isEqualTo(length)));
			}
			Awaitility.await()
				.atMost(FaultyApplication.SOON)
				.until(() -> application.channel().waiting() == waiting.size());
			assertThat(memory() - before).as("bytes in the application").isLessThan(20L << 20);
			assertThat(rss(application.status().pid()) - helperBefore).as("KiB in the helper").isLessThan(8L << 10);
			first.cancel(true);
			second.cancel(true);
			for (FutureTask<?> each : waiting) {
				each.get();
			}
			// a heap of 32 MB was enough
			assertThat(application.status().restarts()).isZero();
		}
	}

	// What is reachable, in the heap and outside of it.
	private static long memory() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
				+ ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
					.stream()
					.filter((pool) -> pool.getName().equals("direct"))
					.mapToLong(BufferPoolMXBean::getMemoryUsed)
					.sum();
	}

	private static long rss(@Nullable Long pid) throws IOException {
		return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"))
			.stream()
			.filter((line) -> line.startsWith("VmRSS:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")))
			.sum();
	}

	@Test
	void functionsThatBlockForEverDoNotKeepThoseOfAnotherContextFromBeingCalled() {
		try (FaultyApplication application = FaultyApplication.start(List.of(Bystander.class), "queue-timeout=60s",
				"stop-timeout=100ms", "privsep.contexts.bystander.max-concurrency=2")) {
			Faulty functions = application.functions();
			Bystander bystander = application.context().getBean(Bystander.class);
			long pid = bystander.pid();
			for (int i = 0; i < 50; i++) {
				start(() -> functions.nap(600_000));
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

	@Test
	void spareTakesThePlaceOfAHelperThatEndsAndAnotherOneFollows() {
		try (FaultyApplication application = FaultyApplication.start("standby=1", "restart.initial-backoff=3s",
				"restart.max-backoff=3s", "queue-timeout=1s")) {
			assertThat(application.status().spares()).isEqualTo(1);
			ProcessHandle helper = application.helper();
			helper.destroyForcibly();
			helper.onExit().join();
			// without the spare, there would be none within the queue-timeout
			assertThat(application.functions().pid()).isNotEqualTo(helper.pid());
			assertThat(application.status().state()).isEqualTo(ChannelState.RUNNING);
			assertThat(application.status().restarts()).isEqualTo(1);
			assertThat(application.status().spares()).isZero();
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> application.status().spares() == 1);
		}
	}

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
		FaultyApplication application = FaultyApplication.start();
		Faulty functions = application.functions();
		ProcessHandle helper = application.helper();
		FutureTask<?> inFlight = start(() -> assertThat(functions.nap(2000)).isEqualTo(helper.pid()));
		Awaitility.await().until(() -> application.channel().running() == 1);
		CountDownLatch closing = new CountDownLatch(1);
		FutureTask<?> late = start(() -> {
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

	@Test
	void processThatNeverBecomesAHelperIsEndedAndTheNextOneServes(@TempDir Path directory) throws Exception {
		Path options = Files.createFile(directory.resolve("options"));
		try (FaultyApplication application = FaultyApplication.start("jvm.options=-XX:VMOptionsFile=" + options,
				"start-timeout=3s")) {
			ProcessHandle helper = application.helper();
			Files.delete(options);
			// a JVM that reads it waits for ever
			assertThat(new ProcessBuilder("mkfifo", options.toString()).start().waitFor()).isZero();
			helper.destroyForcibly();
			helper.onExit().join();
			ProcessHandle silent = Awaitility.await()
				.atMost(FaultyApplication.SOON)
				.until(() -> ProcessHandle.current().children().filter((child) -> !child.equals(helper)).findFirst(),
						(child) -> child.isPresent())
				.orElseThrow();
			Awaitility.await()
				.atMost(FaultyApplication.SOON)
				.until(() -> String.valueOf(application.status().lastFailure())
					.contains("the helper was not ready within 3s"));
			Awaitility.await().atMost(FaultyApplication.SOON).until(() -> !silent.isAlive());
			Files.delete(options);
			Files.createFile(options);
			assertThat(application.helper().isAlive()).isTrue();
		}
	}

	private static Stream<Long> children() {
		return ProcessHandle.current().children().map(ProcessHandle::pid);
	}

	private static FutureTask<@Nullable Void> start(Task task) {
		FutureTask<@Nullable Void> future = new FutureTask<>(() -> {
			task.run();
			return null;
		});
		Thread thread = new Thread(future);
		thread.setDaemon(true);
		thread.start();
		return future;
	}

	/** What a thread does. */
	@FunctionalInterface
	private interface Task {

		void run() throws Exception;

	}

}
