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
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.sample.Faulty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What callers get where slots and helpers are short, and that no slot is lost.
 */
@Tag("any-jdk")
class SlotsIntegrationTests {

	private static final int CALLS = 4000;

	private static final int KILLS = 10;

	@Test
	void functionRanOnceIfItReturnedNeverIfUnavailableOrBusyAndAtMostOnceIfLost(@TempDir Path directory)
			throws Exception {
		Path file = directory.resolve("runs");
		Map<Integer, String> outcomes = new ConcurrentHashMap<>();
		Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();
		AtomicInteger kills = new AtomicInteger();
		try (FaultyApplication application = FaultyApplication.start("queue-timeout=150ms", "max-concurrency=3",
				"restart.initial-backoff=20ms")) {
			AtomicInteger ids = new AtomicInteger();
			AtomicInteger returned = new AtomicInteger();
			long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
			List<Thread> callers = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				Thread caller = new Thread(() -> {
					while (unexpected.isEmpty() && System.nanoTime() - end < 0
							&& (ids.get() < CALLS || kills.get() < KILLS)) {
						int id = ids.incrementAndGet();
						try {
							String outcome = outcome(application.functions(), file, id);
							outcomes.put(id, outcome);
							if (outcome.equals("returned")) {
								returned.incrementAndGet();
							}
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
				// only one that has answered: on a busy machine none would ever answer
				// otherwise
				if (returned.getAndSet(0) > 0 && pid != null
						&& ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false)) {
					kills.incrementAndGet();
				}
			}
		}
		assertThat(unexpected).isEmpty();
		Map<Integer, Long> runs = Files.readAllLines(file)
			.stream()
			.collect(Collectors.groupingBy(Integer::valueOf, Collectors.counting()));
		assertThat(outcomes).hasSizeGreaterThanOrEqualTo(CALLS);
		assertThat(kills).hasValueGreaterThanOrEqualTo(KILLS);
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

	@Tag("once")
	@Test
	void capacityIsWhatItWasAfterTenThousandCallsThatWereLate(@TempDir Path directory) throws Exception {
		try (FaultyApplication application = FaultyApplication.start("cancel-grace=60s")) {
			Faulty functions = application.functions();
			long pid = functions.pid();
			AtomicInteger timedOut = new AtomicInteger();
			List<FutureTask<@Nullable Void>> callers = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				callers.add(TestThread.start(() -> {
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
	void twoHundredCallersAreRejectedAfterTheQueueTimeoutAndServedWhenSlotsAreFree(@TempDir Path directory)
			throws Exception {
		try (FaultyApplication application = FaultyApplication.start("queue-timeout=700ms", "call-timeout=5m")) {
			Faulty functions = application.functions();
			Path end = directory.resolve("end");
			List<CompletableFuture<Long>> holders = application.hold(end, 2);
			List<FutureTask<?>> rejected = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				rejected.add(TestThread.start(() -> {
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
				served.add(TestThread.start(() -> Awaitility.await()
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
		try (FaultyApplication application = FaultyApplication.start("queue-timeout=5m", "call-timeout=5m",
				"cancel-grace=60s", "stop-timeout=100ms")) {
			Faulty functions = application.functions();
			int length = functions.length(bytes, text);
			FutureTask<?> first = TestThread.start(() -> functions.nap(600_000));
			FutureTask<?> second = TestThread.start(() -> functions.nap(600_000));
			Awaitility.await().until(() -> application.channel().running() == 2);
			long helperBefore = rss(application.status().pid());
			long before = memory();
			List<FutureTask<?>> waiting = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				waiting.add(TestThread.start(() -> assertThat(functions.length(bytes, text)).isEqualTo(length)));
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

}
