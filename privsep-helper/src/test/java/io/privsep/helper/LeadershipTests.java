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
 * Tests for {@link Leadership}.
 */
class LeadershipTests {

	private final Leadership leadership = new Leadership();

	@Test
	void resumeWhenNobodyWaitsIsStillTheLeader() {
		this.leadership.await(1);
		for (int i = 0; i < 10_000; i++) {
			this.leadership.keep(1);
			assertThat(this.leadership.resume(1)).isTrue();
		}
	}

	@Test
	void leadershipThatIsKeptForLongIsTakenByAnother() throws InterruptedException {
		this.leadership.await(1);
		CountDownLatch taken = new CountDownLatch(1);
		start(() -> {
			this.leadership.await(2);
			taken.countDown();
		});
		this.leadership.keep(1);
		assertThat(taken.await(2, TimeUnit.MINUTES)).isTrue();
		assertThat(this.leadership.resume(1)).isFalse();
	}

	@Test
	void leadershipThatIsKeptForLongAfterAPauseIsTakenByAnother() throws InterruptedException {
		this.leadership.await(1);
		CountDownLatch taken = new CountDownLatch(1);
		Thread other = start(() -> {
			this.leadership.await(2);
			taken.countDown();
		});
		// until the other does not watch any more: who watches waits for a limited time
		long begun = System.nanoTime();
		while (other.getState() != Thread.State.WAITING) {
			assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.MINUTES.toNanos(2));
			Thread.sleep(1);
		}
		this.leadership.keep(1);
		assertThat(taken.await(2, TimeUnit.MINUTES)).isTrue();
	}

	@Test
	void leadershipOfWhoReadsIsNotTaken() throws InterruptedException {
		this.leadership.await(1);
		CountDownLatch taken = new CountDownLatch(1);
		start(() -> {
			this.leadership.await(2);
			taken.countDown();
		});
		assertThat(taken.await(100, TimeUnit.MILLISECONDS)).isFalse();
		this.leadership.pass();
		assertThat(taken.await(2, TimeUnit.MINUTES)).isTrue();
	}

	@Test
	void interruptOfAnEndedFunctionDoesNotEndTheWait() throws InterruptedException {
		this.leadership.await(1);
		CountDownLatch taken = new CountDownLatch(1);
		Thread other = start(() -> {
			this.leadership.await(2);
			taken.countDown();
		});
		other.interrupt();
		assertThat(taken.await(50, TimeUnit.MILLISECONDS)).isFalse();
		this.leadership.pass();
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
						this.leadership.await(worker);
					}
					if (readers.incrementAndGet() != 1) {
						failed.set(true);
					}
					reads.incrementAndGet();
					readers.decrementAndGet();
					if (random.nextInt(4) == 0) {
						this.leadership.pass();
						mine = false;
					}
					else {
						this.leadership.keep(worker);
						if (random.nextInt(2000) == 0) {
							sleep();
						}
						mine = this.leadership.resume(worker);
					}
				}
				this.leadership.end(worker);
			}));
		}
		for (Thread worker : workers) {
			worker.join(TimeUnit.MINUTES.toMillis(2));
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
