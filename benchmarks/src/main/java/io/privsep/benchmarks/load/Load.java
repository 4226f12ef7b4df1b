package io.privsep.benchmarks.load;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import io.privsep.benchmarks.load.Subject.Call;

/**
 * A number of callers that make one call after the other, for some time.
 *
 * @param payload what is sent
 * @param callers how many there are
 * @param virtual whether they are virtual threads
 * @param warmUp how long they run before their calls count
 * @param duration how long their calls count
 */
record Load(Payload payload, int callers, boolean virtual, Duration warmUp, Duration duration) {

	static Load parse(String[] words) {
		return new Load(Payload.of(words[0]), Integer.parseInt(words[1]), words[2].equals("virtual"),
				Duration.ofMillis(Long.parseLong(words[3])), Duration.ofMillis(Long.parseLong(words[4])));
	}

	/**
	 * Makes the calls.
	 * @param subject whose calls
	 * @return a line of JSON: how many, in how many seconds, and percentiles in µs
	 * @throws Exception if a call fails
	 */
	String run(Subject subject) throws Exception {
		String reason = subject.reasonToSkip(this.payload);
		if (reason == null && this.virtual && startVirtualThread() == null) {
			reason = "JDK " + Runtime.version().feature() + " has no virtual threads";
		}
		if (reason != null) {
			return "{\"skipped\":\"" + reason + "\"}";
		}
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		CountDownLatch ready = new CountDownLatch(this.callers);
		CompletableFuture<Window> window = new CompletableFuture<>();
		CountDownLatch running = new CountDownLatch(this.callers);
		List<Caller> all = new ArrayList<>();
		for (int i = 0; i < this.callers; i++) {
			// which may connect first
			all.add(new Caller(subject.call(this.payload, i), ready, window, running, failure));
		}
		for (Caller caller : all) {
			start(caller);
		}
		ready.await();
		long from = System.nanoTime() + this.warmUp.toNanos();
		window.complete(new Window(from, from + this.duration.toNanos()));
		running.await();
		Throwable thrown = failure.get();
		if (thrown != null) {
			throw new IllegalStateException("A call failed: " + thrown, thrown);
		}
		Histogram histogram = new Histogram(3);
		long last = from;
		for (Caller caller : all) {
			histogram.add(caller.histogram);
			last = Math.max(last, caller.last);
		}
		if (histogram.getTotalCount() == 0) {
			throw new IllegalStateException("No call was done in time");
		}
		return String.format(Locale.ROOT,
				"{\"count\":%d,\"seconds\":%.6f,\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f}",
				histogram.getTotalCount(), (last - from) / 1e9, micros(histogram, 50), micros(histogram, 90),
				micros(histogram, 99), micros(histogram, 99.9), histogram.getMaxValue() / 1e3);
	}

	private static double micros(Histogram histogram, double percentile) {
		return histogram.getValueAtPercentile(percentile) / 1e3;
	}

	private void start(Caller caller) throws ReflectiveOperationException {
		Method virtually = this.virtual ? startVirtualThread() : null;
		if (virtually != null) {
			virtually.invoke(null, caller);
		}
		else {
			new Thread(caller, "caller").start();
		}
	}

	private static @Nullable Method startVirtualThread() {
		try {
			return Thread.class.getMethod("startVirtualThread", Runnable.class);
		}
		catch (NoSuchMethodException ex) {
			return null;
		}
	}

	/**
	 * When calls count.
	 *
	 * @param from the time of the system's clock in ns from when on they count
	 * @param to when the last one begins
	 */
	private record Window(long from, long to) {
	}

	/**
	 * One of the callers. It makes a first call, for which a connection and a thread at
	 * the other end may have to be made, before all begin together.
	 */
	private static final class Caller implements Runnable {

		private static final long LONGEST = TimeUnit.MINUTES.toNanos(2);

		private final Call call;

		private final CountDownLatch ready;

		private final CompletableFuture<Window> window;

		private final CountDownLatch running;

		private final AtomicReference<@Nullable Throwable> failure;

		private final Histogram histogram = new Histogram(LONGEST, 3);

		private volatile long last;

		Caller(Call call, CountDownLatch ready, CompletableFuture<Window> window, CountDownLatch running,
				AtomicReference<@Nullable Throwable> failure) {
			this.call = call;
			this.ready = ready;
			this.window = window;
			this.running = running;
			this.failure = failure;
		}

		@Override
		public void run() {
			try {
				first();
				callUntilEnd(this.window.join());
			}
			catch (Throwable ex) {
				this.failure.compareAndSet(null, ex);
			}
			finally {
				this.running.countDown();
			}
		}

		private void first() throws Exception {
			try {
				this.call.run();
			}
			finally {
				this.ready.countDown();
			}
		}

		private void callUntilEnd(Window window) throws Exception {
			this.last = window.from;
			long start = System.nanoTime();
			while (start - window.to < 0) {
				this.call.run();
				long end = System.nanoTime();
				// also one that has begun before: nobody waits unseen
				if (end - window.from >= 0) {
					this.histogram.recordValue(Math.min(end - start, LONGEST));
					this.last = end;
				}
				start = end;
			}
		}

	}

}
