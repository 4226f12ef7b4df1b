package io.privsep.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepFunction;
import io.privsep.sample.Faulty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls whose callers do not wait, with a real helper.
 */
class AsynchronousCallTests {

	/** How many may wait. */
	private static final int BOUND = 10_000;

	private static final int SLOTS = 4;

	@TempDir
	private Path directory;

	@Test
	void chainedCallThatBlocksDoesNotWaitForItself() throws Exception {
		try (FaultyApplication application = FaultyApplication.start("max-concurrency=1", "queue-timeout=10m")) {
			Faulty functions = application.functions();
			Path file = this.directory.resolve("go");
			CompletableFuture<Long> chained = functions.waitFor(file).thenApply((pid) -> later(functions));
			Files.createFile(file);
			assertThat(chained.get(2, TimeUnit.MINUTES)).isEqualTo(functions.pid());
		}
	}

	@Test
	void whatIsChainedRunsOnNoThreadThatMakesCalls() throws Exception {
		try (FaultyApplication application = FaultyApplication.start("max-concurrency=1", "queue-timeout=200ms")) {
			Faulty functions = application.functions();
			Path file = this.directory.resolve("go");
			CompletableFuture<String> served = application.hold(file, 1).get(0).handle((pid, ex) -> thread());
			CompletableFuture<String> busy = functions.napLater(0)
				.handle((pid, ex) -> (ex instanceof PrivsepBusyException) ? thread() : "not busy: " + ex);
			assertThat(busy.get(2, TimeUnit.MINUTES))
				.matches("ForkJoinPool.commonPool-worker-\\d+|privsep-faulty-result");
			Files.createFile(file);
			assertThat(served.get(2, TimeUnit.MINUTES))
				.matches("ForkJoinPool.commonPool-worker-\\d+|privsep-faulty-result");
		}
	}

	@Test
	void tenThousandCallsWaitAndTheNextIsBusyAtOnce() throws Exception {
		try (FaultyApplication application = FaultyApplication.start("max-concurrency=1", "queue-timeout=10m",
				"call-timeout=10m")) {
			Faulty functions = application.functions();
			Path file = this.directory.resolve("go");
			List<CompletableFuture<Long>> calls = new ArrayList<>(List.of(functions.waitFor(file)));
			Awaitility.await().until(() -> application.channel().running() == 1);
			IntStream.range(0, BOUND).forEach((i) -> calls.add(nap(functions)));
			assertThat(application.channel().waiting()).isEqualTo(BOUND);
			CompletableFuture<Long> next = functions.napLater(0);
			assertThat(next).isCompletedExceptionally();
			assertThat(next.handle((pid, ex) -> ex).join()).isInstanceOf(PrivsepBusyException.class)
				.hasMessage(
						"Context 'faulty': no room for 'Faulty.napLater', as 10000 asynchronous calls wait for a slot"
								+ " of 'privsep.contexts.faulty.max-concurrency' already (helper RUNNING, 1/1 calls running,"
								+ " 10000 waiting)");
			Files.createFile(file);
			CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(5, TimeUnit.MINUTES);
			assertThat(application.channel().waiting()).isZero();
		}
	}

	@Test
	void commonPoolOfAHelperHasAThreadForEachSlot() throws Exception {
		try (FaultyApplication application = FaultyApplication.start(List.of(Pooled.class),
				"privsep.contexts.pooled.max-concurrency=" + SLOTS)) {
			Pooled pooled = application.context().getBean(Pooled.class);
			assertThat(pooled.parallelism()).isEqualTo(SLOTS);
			List<CompletableFuture<Integer>> calls = IntStream.range(0, SLOTS).mapToObj((i) -> pooled.meet()).toList();
			CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(2, TimeUnit.MINUTES);
		}
	}

	@Test
	void commonPoolOfAHelperIsTheUsersWhereThatIsConfigured() {
		try (FaultyApplication application = FaultyApplication.start(List.of(Pooled.class),
				"privsep.contexts.pooled.max-concurrency=" + SLOTS,
				"privsep.contexts.pooled.jvm.options=-Djava.util.concurrent.ForkJoinPool.common.parallelism=7")) {
			assertThat(application.context().getBean(Pooled.class).parallelism()).isEqualTo(7);
		}
	}

	private static String thread() {
		return Thread.currentThread().getName();
	}

	private static Long later(Faulty functions) {
		return nap(functions).join();
	}

	private static CompletableFuture<Long> nap(Faulty functions) {
		try {
			return functions.napLater(0);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@PrivsepFunction("pooled")
	static class Pooled {

		private final CountDownLatch all = new CountDownLatch(SLOTS);

		public int parallelism() {
			return ForkJoinPool.commonPool().getParallelism();
		}

		/**
		 * Ends when tasks of as many calls run as there are slots.
		 * @return 0
		 */
		public CompletableFuture<Integer> meet() {
			return CompletableFuture.supplyAsync(() -> {
				this.all.countDown();
				try {
					this.all.await();
					return 0;
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			});
		}

	}

}
