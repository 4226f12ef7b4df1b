package io.privsep.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.connection.Machine;
import io.privsep.connection.Pipe;
import io.privsep.definition.HelperDefinition;
import io.privsep.launch.LaunchedHelper;
import io.privsep.launch.Launcher;

/**
 * A real channel whose helpers are threads, and what is promised of it.
 */
final class Rig implements Launcher, Machine.Threads {

	static final Duration LONG = Duration.ofSeconds(60);

	/** Begins the names of threads that are taken for virtual ones. */
	static final String VIRTUAL = "virtual-";

	private static final long STALLED = Duration.ofSeconds(2).toNanos();

	final List<FakeHelper> helpers = new CopyOnWriteArrayList<>();

	final Map<Integer, String> outcomes = new ConcurrentHashMap<>();

	final Map<Integer, List<String>> logged = new ConcurrentHashMap<>();

	final Channel channel;

	private final Settings settings;

	private final Map<Integer, AtomicInteger> runs = new ConcurrentHashMap<>();

	private final AtomicInteger begun = new AtomicInteger();

	/** Of the calls that have ended, those that can hold no slot any more. */
	private final AtomicInteger gone = new AtomicInteger();

	/** Of the product, and of the helpers. */
	private final List<Thread> threads = new CopyOnWriteArrayList<>();

	private final List<Thread> callers = new ArrayList<>();

	private volatile @Nullable String obstacle;

	Rig(Settings settings) {
		this.settings = settings;
		ContextSettings context = new ContextSettings(FakeHelper.TABLE, settings.definition(), this,
				new ContextSettings.Description("x", List.of(), "lab", "the heap"),
				new ContextSettings.Times(LONG, settings.queue(), Duration.ofSeconds(30), Duration.ofSeconds(10),
						settings.grace(), settings.ping()),
				settings.standby(), new ContextSettings.Backoff(Duration.ofMillis(1), Duration.ofMillis(2), 2),
				settings.recycle(), new Machine(System::nanoTime, () -> 0.5, this, this::timer));
		this.channel = new Channel(context);
	}

	// A virtual thread would hang Fray 0.9.2.
	@Override
	public boolean mayLead(Thread thread) {
		return !thread.getName().startsWith(VIRTUAL);
	}

	@Override
	public Thread make(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		this.threads.add(thread);
		return thread;
	}

	private Runnable timer(long nanos, Runnable task) {
		AtomicBoolean isOff = new AtomicBoolean();
		Thread thread = make("timer", () -> {
			long deadline = System.nanoTime() + nanos;
			while (!isOff.get() && deadline - System.nanoTime() > 0) {
				LockSupport.parkNanos(deadline - System.nanoTime());
			}
			if (!isOff.getAndSet(true)) {
				task.run();
			}
		});
		thread.start();
		return () -> {
			isOff.set(true);
			LockSupport.unpark(thread);
		};
	}

	@Override
	public LaunchedHelper launch(HelperDefinition definition) throws IOException {
		check();
		FakeHelper helper;
		synchronized (this.helpers) {
			helper = new FakeHelper(this, this.helpers.size(), new Pipe(this.settings.capacity()));
			this.helpers.add(helper);
		}
		if (helper.number < this.settings.failedStarts()) {
			helper.end();
			throw new IOException("no process");
		}
		make("helper-" + helper.number, () -> helper.serve(this.settings.script())).start();
		return helper;
	}

	@Override
	public @Nullable String obstacle(HelperDefinition definition) {
		return this.obstacle;
	}

	void dropRights() {
		this.obstacle = "the application has dropped root";
		this.channel.rightsChanged();
	}

	HelperDefinition definition() {
		return this.settings.definition();
	}

	void hasRun(int token) {
		this.runs.computeIfAbsent(token, (each) -> new AtomicInteger()).incrementAndGet();
	}

	void hasLogged(int helper, String line) {
		this.logged.computeIfAbsent(helper, (each) -> new CopyOnWriteArrayList<>()).add(line);
	}

	/** Looks, at any step, for more helpers, calls or slots than there may be. */
	void check() {
		// in this order: what happens meanwhile makes it only less strict
		int ended = this.gone.get();
		int taken = this.channel.running();
		int alive = this.begun.get() - ended;
		require(taken <= alive, taken + " slots are taken for " + alive + " calls alive");
		int inUse = this.channel.helpersInUse();
		require(inUse <= 1 + this.settings.standby(), inUse + " helpers serve, wait or start");
		require(taken >= 0 && taken <= this.settings.slots(), taken + " slots are taken");
	}

	/**
	 * Makes a call, and notes how it has ended.
	 * @param token the call
	 * @param timeout its timeout
	 */
	void call(int token, Duration timeout) {
		long begin = System.nanoTime();
		begin();
		note(token, outcome(() -> this.channel.call(FakeHelper.FUNCTION, new Object[] { token }, timeout), token));
		require(!"returned".equals(this.outcomes.get(token)) || System.nanoTime() - begin < STALLED,
				"call " + token + " was left alone");
	}

	void begin() {
		this.begun.incrementAndGet();
	}

	// A call that nobody waits for any longer may go on.
	void note(int token, String outcome) {
		String other = this.outcomes.put(token, outcome);
		if (!outcome.equals("timeout") && !outcome.equals("cancelled")) {
			this.gone.incrementAndGet();
		}
		require(other == null, "two ends of call " + token + ": " + other + ", " + outcome);
		check();
	}

	static String outcome(AsynchronousCalls.Call call, int token) {
		try {
			Object result = call.run();
			return Integer.valueOf(token + 1).equals(result) ? "returned" : "WRONG " + result;
		}
		catch (PrivsepBusyException ex) {
			return "busy";
		}
		catch (PrivsepUnavailableException ex) {
			return "unavailable";
		}
		catch (PrivsepTimeoutException ex) {
			return "timeout";
		}
		catch (PrivsepConnectionLostException ex) {
			return "lost";
		}
		catch (Throwable ex) {
			return "THREW " + ex;
		}
	}

	Thread caller(int token, Duration timeout) {
		return caller(token, timeout, "");
	}

	Thread caller(int token, Duration timeout, String kind) {
		Thread thread = new Thread(() -> call(token, timeout), kind + "caller-" + token);
		this.callers.add(thread);
		thread.start();
		return thread;
	}

	void callers(int from, int count) {
		for (int i = from; i < from + count; i++) {
			caller(i, LONG);
		}
	}

	void start() {
		this.channel.start();
		awaitStarted();
	}

	void awaitStarted() {
		try {
			this.channel.awaitFirstStart();
		}
		catch (HelperStartException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Waits for the callers, and closes the channel. */
	void end() throws InterruptedException {
		joinCallers();
		close();
	}

	void joinCallers() throws InterruptedException {
		for (Thread caller : this.callers) {
			caller.join();
		}
	}

	/** Closes the channel, and looks for what is left at that moment, and in the end. */
	void close() throws InterruptedException {
		this.channel.close();
		for (FakeHelper helper : this.helpers) {
			require(helper.isEnded(), "helper " + helper.number + " is left after the close");
		}
		joinCallers();
		for (Thread thread : this.threads) {
			thread.join();
		}
		require(this.outcomes.size() >= this.callers.size(), "calls without an end: " + this.outcomes);
		this.outcomes.forEach(this::checkOutcome);
		require(this.channel.running() == 0 && this.channel.waiting() == 0,
				this.channel.running() + " slots taken, " + this.channel.waiting() + " waiting after the end");
		require(this.channel.helpersInUse() == 0, "helpers are in use after the end");
	}

	private void checkOutcome(int token, String outcome) {
		int count = this.runs.getOrDefault(token, new AtomicInteger()).get();
		boolean isTrue = switch (outcome) {
			case "returned" -> count == 1;
			case "busy", "unavailable" -> count == 0;
			case "lost", "timeout", "cancelled" -> count <= 1;
			default -> false;
		};
		require(isTrue, "call " + token + ": " + outcome + ", and ran " + count + " times");
	}

	void requireReturned(int... tokens) {
		for (int token : tokens) {
			require("returned".equals(this.outcomes.get(token)), "call " + token + " did not return: " + this.outcomes);
		}
	}

	void requireSlots(int alive) {
		require(alive <= this.settings.slots(),
				alive + " calls alive in one helper, with " + this.settings.slots() + " slots");
	}

	static void require(boolean condition, String otherwise) {
		if (!condition) {
			throw new AssertionError("BROKEN: " + otherwise);
		}
	}

	/** What a helper does with what it hears. */
	@FunctionalInterface
	interface Script {

		void serve(FakeHelper helper) throws Exception;

	}

}
