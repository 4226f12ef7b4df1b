package io.privsep.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepFunction;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.launch.InProcessLauncher;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A channel and a helper's request loop, in one JVM, with more callers than slots and
 * messages of any size in both directions at once.
 */
class ChannelStressTests {

	private static final FunctionTable TABLE = FunctionTable.of("stress", List.of(Functions.class));

	private static final Map<String, PrivilegedFunction> FUNCTIONS = TABLE.functions()
		.stream()
		.collect(Collectors.toMap((function) -> function.method().getName(), Function.identity()));

	private static final Duration LONG = Duration.ofSeconds(60);

	/** How many calls each bean has got; each helper has one. */
	private static final Map<Functions, AtomicInteger> CALLS = new ConcurrentHashMap<>();

	/** Calls of functions that run now, in all helpers, and the most of them at once. */
	private static final AtomicInteger ALIVE = new AtomicInteger();

	private static final AtomicInteger MOST_ALIVE = new AtomicInteger();

	private static final Set<Integer> RAN = ConcurrentHashMap.newKeySet();

	private Duration duration = Duration.ofSeconds(4);

	/** How many helpers must have served before the callers stop. */
	private int helpers;

	private final AtomicInteger ids = new AtomicInteger();

	private final AtomicInteger answered = new AtomicInteger();

	private final Queue<String> failures = new ConcurrentLinkedQueue<>();

	@Test
	void allCallsGetTheirOwnReplies() throws Exception {
		call(4, 12, LONG, false);
		assertThat(this.failures).isEmpty();
	}

	@Test
	void lateAndInterruptedCallersDoNotHurtOthers() throws Exception {
		call(2, 12, Duration.ofSeconds(1), true);
		assertThat(this.failures).isEmpty();
	}

	@Test
	void helpersGetAsManyCallsAsTheyMayAndAllGetReplies() throws Exception {
		this.duration = Duration.ofSeconds(2);
		this.helpers = 21;
		call(4, 12, LONG, false, 2, new ContextSettings.Recycle(7, null));
		assertThat(this.failures).isEmpty();
		// and the one that served last
		assertThat(CALLS.values().stream().filter((calls) -> calls.get() != 7)).hasSizeLessThanOrEqualTo(1)
			.allMatch((calls) -> calls.get() < 7);
		assertThat(CALLS).hasSizeGreaterThanOrEqualTo(this.helpers);
	}

	@Test
	void helpersGetNoMoreCallsThanTheyMayFromLateAndInterruptedCallers() throws Exception {
		this.duration = Duration.ofSeconds(2);
		this.helpers = 21;
		call(2, 12, Duration.ofSeconds(1), true, 1, new ContextSettings.Recycle(5, Duration.ofMillis(3)));
		assertThat(this.failures).isEmpty();
		assertThat(CALLS.values()).allMatch((calls) -> calls.get() <= 5);
		assertThat(CALLS).hasSizeGreaterThanOrEqualTo(this.helpers);
	}

	private void call(int slots, int callers, Duration queueTimeout, boolean impatient) throws Exception {
		call(slots, callers, queueTimeout, impatient, 0, ContextSettings.Recycle.NEVER);
	}

	private void call(int slots, int callers, Duration queueTimeout, boolean impatient, int standby,
			ContextSettings.Recycle recycle) throws Exception {
		Channel channel = new TestContext(TABLE).calls(slots, 4 << 20, 250_000)
			.inProcess()
			.with(new ContextSettings.Times(LONG, queueTimeout, LONG, LONG, LONG, LONG))
			.standby(standby)
			.backoff(Duration.ofMillis(10))
			.recycle(recycle)
			.channel(new InProcessLauncher(getClass().getClassLoader()));
		MOST_ALIVE.set(0);
		CALLS.clear();
		channel.start();
		try {
			channel.awaitFirstStart();
			List<Thread> threads = new ArrayList<>();
			for (int i = 0; i < callers; i++) {
				Random random = new Random(i);
				boolean large = i % 3 == 0;
				Thread thread = new Thread(() -> callAgainAndAgain(channel, random, large, impatient));
				thread.start();
				threads.add(thread);
			}
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(channel.status().state()).isEqualTo(ChannelState.RUNNING);
			assertThat(channel.status().restarts()).isZero();
			// a slot is taken for each call that is alive, and for no other
			Awaitility.await().atMost(LONG).until(() -> channel.running() == 0);
			assertThat(channel.waiting()).isZero();
			assertThat(ALIVE).hasValue(0);
			assertThat(MOST_ALIVE.get()).isBetween(1, slots);
			assertThat(CALLS.values().stream().mapToInt(AtomicInteger::get).sum()).satisfies((calls) -> {
				if (impatient) {
					assertThat(calls).isBetween(this.answered.get(), this.ids.get());
				}
				else {
					assertThat(calls).isEqualTo(this.answered.get()).isEqualTo(this.ids.get());
				}
			});
		}
		finally {
			channel.close();
		}
	}

	private void callAgainAndAgain(Channel channel, Random random, boolean large, boolean impatient) {
		long begin = System.nanoTime();
		while (this.failures.isEmpty() && isToGoOn(System.nanoTime() - begin)) {
			int id = this.ids.incrementAndGet();
			Duration timeout = (impatient && random.nextInt(10) == 0) ? Duration.ofNanos(1 + random.nextInt(3_000_000))
					: LONG;
			if (impatient && random.nextInt(20) == 0) {
				Thread.currentThread().interrupt();
			}
			try {
				callOnce(channel, random, large, id, timeout);
				this.answered.incrementAndGet();
			}
			catch (PrivsepBusyException | PrivsepUnavailableException ex) {
				if (!impatient || RAN.contains(id)) {
					this.failures.add("ran: " + RAN.contains(id) + ", and then " + ex);
				}
			}
			catch (Throwable ex) {
				if (!impatient || !(ex instanceof PrivsepTimeoutException)) {
					this.failures.add(ex.toString());
				}
			}
			Thread.interrupted();
			RAN.remove(id);
		}
	}

	private boolean isToGoOn(long nanos) {
		return nanos < this.duration.toNanos() || CALLS.size() < this.helpers && nanos < LONG.toNanos();
	}

	private void callOnce(Channel channel, Random random, boolean large, int id, Duration timeout) throws Throwable {
		// one that is half sent when it is late has two more seconds, and loses the
		// connection after that: on a busy machine these may be over
		switch (random.nextInt((large && timeout == LONG) ? 3 : 2)) {
			case 0 -> assertThat(channel.call(FUNCTIONS.get("next"), new Object[] { id }, timeout)).isEqualTo(id + 1);
			case 1 -> assertThat(channel.call(FUNCTIONS.get("nap"), new Object[] { id }, timeout)).isEqualTo(id + 2);
			default -> {
				byte[] bytes = new byte[random.nextInt(300_000)];
				random.nextBytes(bytes);
				Object answer = channel.call(FUNCTIONS.get("echo"), new Object[] { bytes }, timeout);
				assertThat(Arrays.equals((byte[]) answer, bytes)).isTrue();
			}
		}
	}

	@PrivsepFunction("stress")
	static class Functions {

		private void begin() {
			CALLS.computeIfAbsent(this, (bean) -> new AtomicInteger()).incrementAndGet();
			MOST_ALIVE.accumulateAndGet(ALIVE.incrementAndGet(), Math::max);
		}

		private void end() {
			ALIVE.decrementAndGet();
		}

		public int next(int id) {
			begin();
			RAN.add(id);
			end();
			return id + 1;
		}

		// short, mostly
		public int nap(int id) throws InterruptedException {
			begin();
			try {
				RAN.add(id);
				if (id % 97 == 0) {
					Thread.sleep(id % 20);
				}
				return id + 2;
			}
			finally {
				end();
			}
		}

		public byte[] echo(byte[] bytes) {
			begin();
			end();
			return bytes;
		}

	}

}
