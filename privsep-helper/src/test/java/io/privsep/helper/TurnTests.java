package io.privsep.helper;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Turn}.
 */
class TurnTests {

	private final Turn turn = new Turn();

	@Test
	void resumeWhenNobodyWaitsHasTheTurnStill() {
		this.turn.await(1);
		for (int i = 0; i < 10_000; i++) {
			this.turn.keep(1);
			assertThat(this.turn.resume(1)).isTrue();
		}
	}

	@Test
	void turnThatIsKeptForLongIsTakenByAnother() throws InterruptedException {
		this.turn.await(1);
		CountDownLatch taken = new CountDownLatch(1);
		start(() -> {
			this.turn.await(2);
			taken.countDown();
		});
		this.turn.keep(1);
		assertThat(taken.await(2, TimeUnit.MINUTES)).isTrue();
		assertThat(this.turn.resume(1)).isFalse();
	}

	@Test
	void turnThatIsKeptForLongAfterAPauseIsTakenByAnother() throws InterruptedException {
		this.turn.await(1);
		CountDownLatch taken = new CountDownLatch(1);
		start(() -> {
			this.turn.await(2);
			taken.countDown();
		});
		// by now the other does not watch any more
		Thread.sleep(100);
		this.turn.keep(1);
		assertThat(taken.await(2, TimeUnit.MINUTES)).isTrue();
	}

	@Test
	void turnOfWhoReadsIsNotTaken() throws InterruptedException {
		this.turn.await(1);
		CountDownLatch taken = new CountDownLatch(1);
		start(() -> {
			this.turn.await(2);
			taken.countDown();
		});
		assertThat(taken.await(100, TimeUnit.MILLISECONDS)).isFalse();
		this.turn.pass();
		assertThat(taken.await(2, TimeUnit.MINUTES)).isTrue();
	}

	@Test
	void interruptOfAnEndedFunctionDoesNotEndTheWait() throws InterruptedException {
		this.turn.await(1);
		CountDownLatch taken = new CountDownLatch(1);
		Thread other = start(() -> {
			this.turn.await(2);
			taken.countDown();
		});
		other.interrupt();
		assertThat(taken.await(50, TimeUnit.MILLISECONDS)).isFalse();
		this.turn.pass();
		assertThat(taken.await(2, TimeUnit.MINUTES)).isTrue();
	}

	@Test
	void twoWorkersNeverHaveTheTurn() throws InterruptedException {
		AtomicInteger readers = new AtomicInteger();
		AtomicInteger reads = new AtomicInteger();
		AtomicBoolean failed = new AtomicBoolean();
		List<Thread> workers = new ArrayList<>();
		for (int i = 1; i <= 5; i++) {
			int worker = i;
			workers.add(start(() -> {
				Random random = new Random(worker);
				boolean mine = false;
				while (reads.get() < 100_000) {
					if (!mine) {
						this.turn.await(worker);
					}
					if (readers.incrementAndGet() != 1) {
						failed.set(true);
					}
					reads.incrementAndGet();
					readers.decrementAndGet();
					if (random.nextInt(4) == 0) {
						this.turn.pass();
						mine = false;
					}
					else {
						this.turn.keep(worker);
						if (random.nextInt(2000) == 0) {
							sleep();
						}
						mine = this.turn.resume(worker);
					}
				}
				this.turn.end(worker);
			}));
		}
		for (Thread worker : workers) {
			worker.join(TimeUnit.SECONDS.toMillis(50));
			assertThat(worker.isAlive()).isFalse();
		}
		assertThat(failed).isFalse();
	}

	private static void sleep() {
		try {
			Thread.sleep(3);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Thread start(Runnable task) {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

}
