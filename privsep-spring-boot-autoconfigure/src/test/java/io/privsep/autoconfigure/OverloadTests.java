package io.privsep.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepFunction;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * More callers than slots, at a real helper with little heap.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverloadTests {

	private static final boolean HAS_VIRTUAL_THREADS = Runtime.version().feature() >= 21;

	private ConfigurableApplicationContext context;

	private Narrow narrow;

	private Path gate;

	@BeforeAll
	void start() {
		this.context = new SpringApplicationBuilder(Narrow.class).web(WebApplicationType.NONE)
			.sources(PrivsepAutoConfiguration.class)
			.properties("privsep.mode=unprivileged", "privsep.contexts.narrow.max-concurrency=1",
					"privsep.contexts.narrow.queue-timeout=5m", "privsep.contexts.narrow.jvm.max-heap=16MB",
					"spring.main.banner-mode=off")
			.run();
		this.narrow = this.context.getBean(Narrow.class);
	}

	@BeforeEach
	void closeGate(@TempDir Path directory) {
		this.gate = directory.resolve("gate");
	}

	@AfterAll
	void stop() {
		if (this.context != null) {
			this.context.close();
		}
	}

	@Test
	void callersInQueueAreServedInTheirOrder() throws Exception {
		int first = this.narrow.next();
		FutureTask<?> holder = hold();
		List<FutureTask<Integer>> line = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			FutureTask<Integer> task = new FutureTask<>(this.narrow::next);
			line.add(task);
			awaitParked(start(task));
		}
		Files.createFile(this.gate);
		holder.get();
		List<Integer> numbers = new ArrayList<>();
		for (FutureTask<Integer> task : line) {
			numbers.add(task.get());
		}
		assertThat(numbers).isEqualTo(IntStream.rangeClosed(first + 1, first + 20).boxed().toList());
	}

	@Test
	void callersInQueueWithLargeAndSmallArgumentsGetTheirOwnReplies() throws Exception {
		FutureTask<?> holder = hold();
		List<FutureTask<byte[]>> line = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			byte[] bytes = bytes((i % 3 == 0) ? 3 << 20 : i, i);
			FutureTask<byte[]> task = new FutureTask<>(() -> this.narrow.echo(bytes));
			line.add(task);
			awaitParked(start(task));
		}
		Files.createFile(this.gate);
		holder.get();
		for (int i = 0; i < 12; i++) {
			assertThat(line.get(i).get()).isEqualTo(bytes((i % 3 == 0) ? 3 << 20 : i, i));
		}
	}

	@Test
	void helperWithLittleHeapTakesAndReturnsThreeMebibytesAgainAndAgain() {
		long pid = this.narrow.pid();
		byte[] bytes = bytes(3 << 20, 1);
		for (int i = 0; i < 50; i++) {
			assertThat(this.narrow.echo(bytes)).isEqualTo(bytes);
		}
		assertThat(this.narrow.pid()).isEqualTo(pid);
	}

	@Test
	void interruptedCallerLeavesTheLineAndItsFunctionDoesNotRun() throws Exception {
		int before = this.narrow.next();
		FutureTask<?> holder = hold();
		FutureTask<Boolean> waiting = new FutureTask<>(() -> {
			assertThatExceptionOfType(PrivsepBusyException.class).isThrownBy(this.narrow::next)
				.withMessageContaining("interrupted while 'Narrow.next' waited for a slot");
			return Thread.interrupted();
		});
		Thread thread = start(waiting);
		awaitParked(thread);
		thread.interrupt();
		assertThat(waiting.get()).isTrue();
		Files.createFile(this.gate);
		holder.get();
		assertThat(this.narrow.next()).isEqualTo(before + 1);
	}

	@Test
	void callThatGetsNoSlotInTimeIsBusyAndItsFunctionDoesNotRun() throws Exception {
		try (ConfigurableApplicationContext impatient = new SpringApplicationBuilder(Narrow.class)
			.web(WebApplicationType.NONE)
			.sources(PrivsepAutoConfiguration.class)
			.properties("privsep.mode=unprivileged", "privsep.contexts.narrow.max-concurrency=1",
					"privsep.contexts.narrow.queue-timeout=100ms", "spring.main.banner-mode=off")
			.run()) {
			Narrow bean = impatient.getBean(Narrow.class);
			assertThat(bean.next()).isOne();
			FutureTask<?> holder = new FutureTask<>(() -> bean.hold(this.gate));
			start(holder);
			Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> Files.exists(this.gate.resolveSibling("held")));
			for (int i = 0; i < 5; i++) {
				assertThatExceptionOfType(PrivsepBusyException.class).isThrownBy(bean::next)
					.withMessageContaining("no slot for 'Narrow.next' within 100ms, as"
							+ " 'privsep.contexts.narrow.max-concurrency' calls run already")
					.withMessageContaining("1/1 calls running");
			}
			Files.createFile(this.gate);
			holder.get();
			assertThat(bean.next()).isEqualTo(2);
		}
	}

	@Test
	void callThatIsSentOutOfTheQueueKeepsItsTimeout() throws Exception {
		FutureTask<?> holder = hold();
		FutureTask<Duration> late = new FutureTask<>(() -> {
			assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(this.narrow::sleepLong);
			return Duration.ofNanos(System.nanoTime());
		});
		awaitParked(start(late));
		Files.createFile(this.gate);
		holder.get();
		long sent = System.nanoTime();
		// and not after the queue-timeout, which is longer
		assertThat(late.get().minusNanos(sent)).isLessThan(Duration.ofMinutes(2));
		assertThat(this.narrow.next()).isPositive();
	}

	@Test
	void slotIsFreeAgainWhenTheMessageOfACallInQueueCannotBePutTogether() throws Exception {
		FutureTask<?> holder = hold();
		AtomicInteger reads = new AtomicInteger();
		List<String> unreliable = new AbstractList<>() {

			@Override
			public String get(int index) {
				if (reads.incrementAndGet() > 100) {
					throw new IllegalStateException("changed meanwhile");
				}
				return "x".repeat(100);
			}

			@Override
			public int size() {
				return 100;
			}

		};
		FutureTask<Integer> waiting = new FutureTask<>(() -> this.narrow.count(unreliable));
		awaitParked(start(waiting));
		Files.createFile(this.gate);
		holder.get();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> waiting.get(2, TimeUnit.MINUTES))
			.withMessageContaining("cannot be sent");
		assertThat(this.narrow.next()).isPositive();
	}

	@Test
	void callersInQueueAreToldAtOnceThatTheApplicationEnds() throws Exception {
		ConfigurableApplicationContext ending = new SpringApplicationBuilder(Narrow.class).web(WebApplicationType.NONE)
			.sources(PrivsepAutoConfiguration.class)
			.properties("privsep.mode=unprivileged", "privsep.contexts.narrow.max-concurrency=2",
					"privsep.contexts.narrow.queue-timeout=60s", "privsep.contexts.narrow.stop-timeout=1m",
					"spring.main.banner-mode=off")
			.run();
		List<FutureTask<RuntimeException>> callers = new ArrayList<>();
		AtomicInteger answered = new AtomicInteger();
		try {
			Narrow bean = ending.getBean(Narrow.class);
			for (int i = 0; i < 20; i++) {
				FutureTask<RuntimeException> caller = new FutureTask<>(() -> {
					try {
						while (true) {
							bean.nap();
							answered.incrementAndGet();
						}
					}
					catch (RuntimeException ex) {
						return ex;
					}
				});
				callers.add(caller);
				start(caller);
			}
			Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> answered.get() > 100);
		}
		finally {
			ending.close();
		}
		for (FutureTask<RuntimeException> caller : callers) {
			// the last of them, at the latest, would be lost with the connection
			// otherwise
			assertThat(caller.get(2, TimeUnit.MINUTES)).isInstanceOf(PrivsepUnavailableException.class);
		}
	}

	@Test
	void callersOnVirtualThreadsPinNoCarrier(@TempDir Path directory) throws Exception {
		callOnVirtualThreads(200);
		Path file = directory.resolve("recording.jfr");
		try (Recording recording = new Recording()) {
			recording.enable("jdk.VirtualThreadPinned").withoutThreshold();
			recording.start();
			callOnVirtualThreads(2000);
			// shows that what the calls do not do would be seen
			ExecutorService pinning = virtualThreads();
			pinning.submit(Pinning::park).get();
			pinning.shutdownNow();
			recording.stop();
			recording.dump(file);
		}
		assertThat(RecordingFile.readAllEvents(file)).hasSize(HAS_VIRTUAL_THREADS ? 1 : 0);
	}

	// Java 17 has none, and its own threads take their place there
	private static ExecutorService virtualThreads() throws ReflectiveOperationException {
		return HAS_VIRTUAL_THREADS
				? (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null)
				: Executors.newFixedThreadPool(100);
	}

	private void callOnVirtualThreads(int calls) throws Exception {
		ExecutorService callers = virtualThreads();
		try {
			byte[] large = bytes(100_000, 1);
			List<Future<Integer>> answers = new ArrayList<>();
			for (int i = 0; i < calls; i++) {
				byte[] bytes = (i % 50 == 0) ? large : bytes(10, 2);
				answers.add(callers.submit(() -> this.narrow.echo(bytes).length));
			}
			for (int i = 0; i < calls; i++) {
				assertThat(answers.get(i).get(2, TimeUnit.MINUTES)).isEqualTo((i % 50 == 0) ? 100_000 : 10);
			}
		}
		finally {
			callers.shutdownNow();
		}
	}

	// a call that has the only slot until the gate opens
	private FutureTask<?> hold() {
		FutureTask<?> holder = new FutureTask<>(() -> this.narrow.hold(this.gate));
		start(holder);
		Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> Files.exists(this.gate.resolveSibling("held")));
		return holder;
	}

	private static Thread start(Runnable task) {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private static void awaitParked(Thread thread) {
		Awaitility.await()
			.atMost(2, TimeUnit.MINUTES)
			.pollInterval(1, TimeUnit.MILLISECONDS)
			.until(() -> thread.getState() == Thread.State.TIMED_WAITING);
	}

	private static byte[] bytes(int length, int value) {
		byte[] bytes = new byte[length];
		Arrays.fill(bytes, (byte) value);
		return bytes;
	}

	/**
	 * A class that parks whoever initializes it, which pins a virtual thread.
	 */
	private static final class Pinning {

		static {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
		}

		static void park() {
			// by now it has
		}

	}

	@PrivsepFunction("narrow")
	static class Narrow {

		private final AtomicInteger calls = new AtomicInteger();

		public int next() {
			return this.calls.incrementAndGet();
		}

		@PrivsepFunction(value = "narrow", timeout = "200ms")
		public void sleepLong() throws InterruptedException {
			Thread.sleep(60_000);
		}

		public int count(List<String> texts) {
			return texts.size();
		}

		public void nap() throws InterruptedException {
			Thread.sleep(5);
		}

		public long pid() {
			return ProcessHandle.current().pid();
		}

		public byte[] echo(byte[] bytes) {
			return bytes;
		}

		public boolean hold(Path gate) throws Exception {
			Files.createFile(gate.resolveSibling("held"));
			for (int i = 0; i < 6000 && !Files.exists(gate); i++) {
				Thread.sleep(5);
			}
			return true;
		}

	}

}
