package io.privsep.channel;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.privsep.PrivsepFunction;
import io.privsep.connection.Machine;
import io.privsep.function.FunctionTable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AsynchronousCalls}.
 */
class AsynchronousCallsTests {

	private static final int SLOTS = 2;

	@ParameterizedTest
	@CsvSource({ "0, privsep-later-result", "1, privsep-later-result", "2, ForkJoinPool.commonPool-worker-.*" })
	void whatIsChainedRunsInTheCommonPoolUnlessItsOnlyThreadMayWaitForTheResult(int commonThreads, String name)
			throws Exception {
		AsynchronousCalls calls = new AsynchronousCalls(settings(), commonThreads);
		CountDownLatch chained = new CountDownLatch(1);
		CompletableFuture<@Nullable Object> result = calls.call(() -> {
			chained.await();
			return "result";
		}, System.nanoTime() + TimeUnit.MINUTES.toNanos(2), AssertionError::new, AssertionError::new,
				AssertionError::new);
		CompletableFuture<String> thread = result.thenApply((value) -> Thread.currentThread().getName());
		chained.countDown();
		assertThat(thread.get(2, TimeUnit.MINUTES)).matches(name);
		calls.close();
	}

	@Test
	void resultArrivesWhileAllThreadsOfTheCommonPoolWaitForIt() throws Exception {
		AsynchronousCalls calls = new AsynchronousCalls(settings(), 1);
		CountDownLatch waiting = new CountDownLatch(Math.max(1, ForkJoinPool.getCommonPoolParallelism()));
		CountDownLatch arrived = new CountDownLatch(1);
		for (long i = waiting.getCount(); i > 0; i--) {
			ForkJoinPool.commonPool().execute(() -> {
				waiting.countDown();
				awaitUninterruptibly(arrived);
			});
		}
		waiting.await();
		calls
			.call(() -> "result", System.nanoTime() + TimeUnit.MINUTES.toNanos(2), AssertionError::new,
					AssertionError::new, AssertionError::new)
			.thenRun(arrived::countDown);
		assertThat(arrived.await(2, TimeUnit.MINUTES)).isTrue();
		calls.close();
	}

	@Test
	void resultArrivesThoughThereIsNoThreadToBringIt() throws Exception {
		Machine.Threads threads = (name, task) -> {
			if (name.endsWith("-result")) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			return Machine.OF_JVM.threads().make(name, task);
		};
		AsynchronousCalls calls = new AsynchronousCalls(
				settings(new Machine(System::nanoTime, Machine.OF_JVM.random(), threads, Machine.OF_JVM.timers())), 1);
		long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
		assertThat(calls.call(() -> "result", deadline, AssertionError::new, AssertionError::new, AssertionError::new)
			.get(2, TimeUnit.MINUTES)).isEqualTo("result");
		assertThat(calls.call(() -> {
			throw new IllegalStateException("no");
		}, deadline, AssertionError::new, AssertionError::new, AssertionError::new)).failsWithin(2, TimeUnit.MINUTES)
			.withThrowableThat()
			.withCauseInstanceOf(IllegalStateException.class);
		CountDownLatch free = new CountDownLatch(1);
		for (int i = 0; i < SLOTS; i++) {
			calls.call(() -> {
				free.await();
				return "late";
			}, deadline, AssertionError::new, AssertionError::new, AssertionError::new);
		}
		assertThat(calls.call(() -> "never", System.nanoTime(), AssertionError::new, AssertionError::new,
				TooLateException::new))
			.failsWithin(2, TimeUnit.MINUTES)
			.withThrowableThat()
			.withCauseInstanceOf(TooLateException.class);
		free.countDown();
		calls.close();
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		while (true) {
			try {
				latch.await();
				return;
			}
			catch (InterruptedException ex) {
				// waits on
			}
		}
	}

	private static ContextSettings settings() {
		return settings(Machine.OF_JVM);
	}

	private static ContextSettings settings(Machine machine) {
		return new TestContext(FunctionTable.of("later", List.of(Functions.class))).calls(SLOTS, 1 << 20, 1000)
			.machine(machine)
			.settings((ignored) -> {
				throw new AssertionError();
			});
	}

	private static final class TooLateException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	@PrivsepFunction("later")
	static class Functions {

		public void run() {
		}

	}

}
