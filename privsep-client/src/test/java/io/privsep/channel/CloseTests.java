package io.privsep.channel;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.function.FunctionTable;
import io.privsep.launch.HelperProcess;
import io.privsep.launch.InProcessLauncher;
import io.privsep.launch.Launcher;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is left of a channel that was closed.
 */
class CloseTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final FunctionTable TABLE = FunctionTable.of("close", List.of(Functions.class));

	private final Queue<HelperProcess> started = new ConcurrentLinkedQueue<>();

	private final AtomicInteger starts = new AtomicInteger();

	private final CountDownLatch spareStarts = new CountDownLatch(1);

	private final CountDownLatch spareMayStart = new CountDownLatch(1);

	// the thread that ended it was at times the faster one
	@RepeatedTest(10)
	void closeEndsASpareThatBecomesReadyMeanwhile() throws Exception {
		Functions.running = new CountDownLatch(1);
		Functions.end = new CountDownLatch(1);
		Channel channel = channel(1);
		channel.start();
		FutureTask<Object> call = new FutureTask<>(() -> call(channel));
		new Thread(call).start();
		Functions.running.await();
		this.spareStarts.await();
		FutureTask<List<Boolean>> close = new FutureTask<>(() -> {
			channel.close();
			return this.started.stream().map((helper) -> helper.connection().isOpen()).toList();
		});
		Thread closer = new Thread(close);
		closer.start();
		// for the call in flight, and no longer for the spare
		while (closer.getState() != Thread.State.TIMED_WAITING) {
			Thread.sleep(1);
		}
		this.spareMayStart.countDown();
		// ready, and not wanted any more
		while (this.started.size() < 2 || this.started.stream().allMatch((each) -> each.connection().isOpen())
				&& Thread.getAllStackTraces().keySet().stream().noneMatch(CloseTests::isEnding)) {
			Thread.sleep(1);
		}
		Functions.end.countDown();
		assertThat(close.get()).isEqualTo(List.of(false, false));
		assertThat(call.get()).isEqualTo(1);
	}

	@Test
	void closeEndsTheHelperAndItsSpares() throws Exception {
		this.spareMayStart.countDown();
		Channel channel = channel(2);
		channel.start();
		channel.awaitFirstStart();
		assertThat(channel.status().spares()).isEqualTo(2);
		assertThat(this.started).hasSize(3).allMatch((helper) -> helper.connection().isOpen());
		channel.close();
		assertThat(this.started).hasSize(3).noneMatch((helper) -> helper.connection().isOpen());
		assertThat(channel.status().state()).isEqualTo(ChannelState.STOPPED);
		assertThat(channel.status().spares()).isZero();
	}

	@RepeatedTest(10)
	void lostCallTellsOfTheNextHelperAndNotOfTheOneThatHasEnded() throws Exception {
		assertThat(loseCall(channel(0))).contains("(next helper BACKOFF, ");
	}

	@Test
	void lostCallTellsOfTheSpare() throws Exception {
		assertThat(loseCall(channel(1))).contains("(next helper RUNNING, ");
	}

	private String loseCall(Channel channel) throws Exception {
		Functions.running = new CountDownLatch(1);
		Functions.end = new CountDownLatch(1);
		channel.start();
		// the first one, as spares may not start before
		while (channel.status().state() != ChannelState.RUNNING) {
			Thread.sleep(1);
		}
		this.spareMayStart.countDown();
		channel.awaitFirstStart();
		FutureTask<Object> call = new FutureTask<>(() -> call(channel));
		new Thread(call).start();
		Functions.running.await();
		TestContext.end(this.started.element());
		try {
			return String.valueOf(call.get());
		}
		catch (ExecutionException ex) {
			return String.valueOf(ex.getCause());
		}
		finally {
			Functions.end.countDown();
			channel.close();
		}
	}

	private static boolean isEnding(Thread thread) {
		return thread.getName().equals("privsep-close-replaced");
	}

	private Channel channel(int standby) {
		InProcessLauncher inProcess = new InProcessLauncher(getClass().getClassLoader());
		Launcher launcher = (each) -> {
			if (this.starts.getAndIncrement() > 0) {
				this.spareStarts.countDown();
				await(this.spareMayStart);
			}
			HelperProcess helper = inProcess.launch(each);
			this.started.add(helper);
			return helper;
		};
		return new TestContext(TABLE).inProcess().standby(standby).channel(launcher);
	}

	private static Object call(Channel channel) throws Exception {
		try {
			return channel.call(TABLE.functions().get(0), new Object[0], LONG);
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@PrivsepFunction("close")
	static class Functions {

		private static volatile CountDownLatch running = new CountDownLatch(1);

		private static volatile CountDownLatch end = new CountDownLatch(1);

		public int waitForEnd() throws InterruptedException {
			running.countDown();
			end.await();
			return 1;
		}

	}

}
