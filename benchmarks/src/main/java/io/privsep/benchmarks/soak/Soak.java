package io.privsep.benchmarks.soak;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.springframework.context.ConfigurableApplicationContext;

import io.privsep.benchmarks.load.TenFields;
import io.privsep.channel.Channel;
import io.privsep.channel.ChannelState;
import io.privsep.channel.Channels;

/**
 * Calls of all kinds for a time, while helpers are killed and stopped, callers
 * interrupted and the application context is stopped and started.
 */
final class Soak {

	private static final int CALLERS = 6;

	private static final Duration SAMPLE = Duration.ofSeconds(1);

	private static final Duration END = Duration.ofSeconds(60);

	private final ConfigurableApplicationContext context;

	private final SoakFunctions functions;

	private final Channel channel;

	private final Outcomes outcomes = new Outcomes();

	private final Recorder latencies = new Recorder(3);

	private final List<Sample> samples = new ArrayList<>();

	private final AtomicBoolean ignoreNext = new AtomicBoolean();

	private volatile boolean ending;

	private int kills;

	private int stops;

	private int reloads;

	private int restarts;

	Soak(ConfigurableApplicationContext context) {
		this.context = context;
		this.functions = context.getBean(SoakFunctions.class);
		this.channel = context.getBean(Channels.class).get(SoakFunctions.CONTEXT);
	}

	/**
	 * Runs it.
	 * @param duration how long
	 * @return what came of it
	 */
	SoakReport run(Duration duration) throws IOException, InterruptedException {
		Resources applicationBefore = null;
		Resources helperBefore = null;
		List<Thread> callers = new ArrayList<>();
		for (int i = 0; i < CALLERS; i++) {
			Random random = new Random(i);
			callers.add(new Thread(() -> call(random), "caller-" + i));
		}
		callers.forEach(Thread::start);
		Thread.sleep(Math.min(10_000, duration.toMillis() / 4));
		// when classes are loaded and buffers have their size
		applicationBefore = Resources.ofThisProcess();
		helperBefore = helper();
		Random random = new Random(-1);
		long start = System.nanoTime();
		Histogram interval = null;
		for (int second = 1; System.nanoTime() - start < duration.toNanos(); second++) {
			TimeUnit.NANOSECONDS.sleep(start + second * SAMPLE.toNanos() - System.nanoTime());
			interval = this.latencies.getIntervalHistogram(interval);
			this.samples.add(new Sample(second, interval.getValueAtPercentile(50) / 1e3,
					interval.getValueAtPercentile(99) / 1e3, interval.getTotalCount()));
			harm(second, random, callers);
		}
		this.ending = true;
		for (Thread caller : callers) {
			caller.join(END.toMillis());
		}
		awaitRunning();
		this.restarts += this.channel.status().restarts();
		// of a helper that has served for as long as the first one
		warmUp(random);
		return new SoakReport(duration, this.outcomes, this.kills, this.stops, this.reloads, this.restarts,
				List.of(applicationBefore, Resources.ofThisProcess()), List.of(helperBefore, helper()), this.samples,
				callers.stream().anyMatch(Thread::isAlive), helpersLeft());
	}

	private void warmUp(Random random) {
		for (int i = 0; i < 2000; i++) {
			this.outcomes.made();
			callAndCount(random, random.nextInt(14));
		}
	}

	private Resources helper() throws IOException {
		while (true) {
			awaitRunning();
			try {
				return Resources.ofHelper(this.functions, Objects.requireNonNull(this.channel.status().pid()));
			}
			catch (IllegalStateException | IOException | NullPointerException ex) {
				// it has just been killed
			}
		}
	}

	private void awaitRunning() {
		try {
			for (int i = 0; i < 600 && this.channel.status().state() != ChannelState.RUNNING; i++) {
				Thread.sleep(50);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void harm(int second, Random random, List<Thread> callers) throws IOException {
		if (random.nextInt(3) == 0) {
			callers.get(random.nextInt(callers.size())).interrupt();
		}
		Long pid = this.channel.status().pid();
		if (pid != null && second % 20 == 13) {
			// gives no heartbeat any more
			new ProcessBuilder("kill", "-STOP", pid.toString()).start();
			this.stops++;
		}
		else if (pid != null && random.nextInt(4) == 0) {
			ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
			this.kills++;
		}
		if (second % 10 == 5) {
			this.ignoreNext.set(true);
		}
		if (second % 30 == 0) {
			this.restarts += this.channel.status().restarts();
			this.context.stop();
			this.context.start();
			this.reloads++;
		}
	}

	private void call(Random random) {
		while (!this.ending) {
			this.outcomes.made();
			callAndCount(random, this.ignoreNext.getAndSet(false) ? 17 : random.nextInt(17));
			Thread.interrupted();
		}
	}

	private void callAndCount(Random random, int kind) {
		long start = System.nanoTime();
		try {
			callOnce(random, kind);
			this.outcomes.returned();
		}
		catch (Throwable ex) {
			if (!this.outcomes.threw(ex, kind == 10 && ex.getClass() == IllegalStateException.class)) {
				ex.printStackTrace();
			}
		}
		if (kind < 8) {
			this.latencies.recordValue(System.nanoTime() - start);
		}
	}

	private void callOnce(Random random, int kind) throws Exception {
		switch (kind) {
			case 8, 9 -> {
				byte[] bytes = new byte[random.nextInt(300_000)];
				random.nextBytes(bytes);
				check(Arrays.equals(this.functions.echoBytes(bytes), bytes));
			}
			case 10 -> this.functions.fail("m");
			case 11, 12 -> {
				List<TenFields> fields = List.of(TenFields.of(random.nextInt()), TenFields.of(2));
				check(this.functions.echoAll(fields).equals(fields));
			}
			case 13 -> this.functions.nap(random.nextInt(20));
			case 14 -> this.functions.late();
			case 15, 16 -> callLater(random);
			case 17 -> this.functions.ignoreCancellation();
			default -> {
				String text = Integer.toString(random.nextInt());
				check(this.functions.echo(text).equals(text));
			}
		}
	}

	private void callLater(Random random) throws Exception {
		String text = Integer.toString(random.nextInt());
		CompletableFuture<String> later = this.functions.echoLater(text, random.nextInt(5));
		if (random.nextInt(4) == 0) {
			later.cancel(true);
		}
		try {
			check(later.get(END.toSeconds(), TimeUnit.SECONDS).equals(text));
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof Exception cause) ? cause : ex;
		}
		catch (InterruptedException ex) {
			later.cancel(true);
			throw new CancellationException("interrupted");
		}
	}

	// The one that serves and its spare may live, and those that were replaced not for
	// long.
	private static long helpersLeft() throws InterruptedException {
		long left = Long.MAX_VALUE;
		for (int i = 0; i < 200 && left > 2; i++) {
			Thread.sleep(50);
			left = ProcessHandle.current().children().count();
		}
		return Math.max(0, left - 2);
	}

	private static void check(boolean expected) {
		if (!expected) {
			throw new AssertionError("That is not what was sent");
		}
	}

	/**
	 * A second.
	 *
	 * @param second its number
	 * @param p50 median of the latencies of small calls, in µs
	 * @param p99 their 99th percentile
	 * @param calls how many there were
	 */
	record Sample(int second, double p50, double p99, long calls) {
	}

}
