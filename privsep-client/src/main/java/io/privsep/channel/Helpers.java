package io.privsep.channel;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The helpers of a context: the one that serves, and the spares that wait for its end.
 * <p>
 * Each has a {@link Place}, with a thread. The first that is ready serves; the others are
 * spares.
 */
final class Helpers {

	private static final Logger logger = LoggerFactory.getLogger(Helpers.class);

	private static final Duration POLL = Duration.ofMillis(5);

	private final ContextSettings settings;

	private final String context;

	private final Slots slots;

	private final List<Thread> places = new ArrayList<>();

	private final CompletableFuture<Void> firstStart = new CompletableFuture<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Deque<Helper> spares = new ArrayDeque<>();

	/** All that were ready and have not ended, also those that were replaced. */
	private final Set<Helper> alive = new LinkedHashSet<>();

	private ChannelState state = ChannelState.NEW;

	private @Nullable Helper serving;

	private @Nullable HelperStartException lastFailure;

	private @Nullable Instant since;

	private int starting;

	private int firstsDone;

	private @Nullable HelperStartException firstFailure;

	private boolean hasServed;

	/**
	 * Whether the one that served was recycled, and none serves yet, as none was ready.
	 */
	private boolean isHandingOver;

	private int failuresInARow;

	private int restarts;

	private int recycled;

	private int starts;

	private Duration startTime = Duration.ZERO;

	private boolean closing;

	Helpers(ContextSettings settings, Slots slots) {
		this.settings = settings;
		this.context = settings.context();
		this.slots = slots;
		for (int i = 0; i <= settings.standby(); i++) {
			this.places.add(thread(new Place(settings, slots, this), (i == 0) ? "" : "-standby-" + i));
		}
	}

	Thread thread(Runnable task, String suffix) {
		Thread thread = new Thread(task, "privsep-" + this.context + suffix);
		thread.setDaemon(true);
		return thread;
	}

	void start() {
		List.copyOf(this.places).forEach(Thread::start);
	}

	/**
	 * Is done when all have started for the first time, spares as well: an application
	 * that gives up its rights then can start none later.
	 * @return fails with a {@link HelperStartException} if one does not start
	 */
	CompletableFuture<Void> firstStart() {
		return this.firstStart;
	}

	/**
	 * Waits for a helper that takes a call.
	 * @param call the call, which has a slot
	 * @param deadline until when, but for the first start, which has a time of its own
	 * @return its connection, which has taken the call, or {@code null} if there is none
	 * in time, or will be none
	 * @throws InterruptedException if the thread is interrupted
	 */
	@Nullable Connection await(PendingCall call, long deadline) throws InterruptedException {
		this.lock.lock();
		try {
			long last = this.firstStart.isDone() ? deadline
					: System.nanoTime() + this.settings.startTimeout().toNanos();
			while (!this.closing) {
				if (this.serving != null && this.serving.connection().take(call)) {
					return this.serving.connection();
				}
				long left = last - System.nanoTime();
				if (left <= 0) {
					return null;
				}
				this.changed.awaitNanos(left);
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	// Whether to start another helper: not while more helpers leave than there are slots,
	// as some of these have no call any more to wait for, and still have not ended.
	boolean begin() {
		this.lock.lock();
		try {
			while (!this.closing && leaving() > this.settings.definition().maxConcurrency()) {
				this.changed.awaitUninterruptibly();
			}
			if (this.closing) {
				return false;
			}
			this.starting++;
			update();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private int leaving() {
		return this.alive.size() - this.spares.size() - ((this.serving != null) ? 1 : 0);
	}

	boolean add(Helper helper, boolean isFirst, Duration tookToStart) {
		this.lock.lock();
		try {
			this.starting--;
			if (this.closing) {
				return false;
			}
			this.starts++;
			this.startTime = this.startTime.plus(tookToStart);
			this.alive.add(helper);
			if (this.serving == null) {
				serve(helper);
			}
			else {
				this.spares.addLast(helper);
				// with each call, perhaps, where helpers are recycled
				logger.atLevel((isFirst || this.settings.recycle().isNever()) ? Level.INFO : Level.DEBUG)
					.log("Helper '{}' has a spare (pid {})", this.context, helper.pid());
				this.serving.connection().wakeKeeper();
			}
			update();
			if (isFirst) {
				firstDone(null);
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void serve(Helper helper) {
		this.serving = helper;
		if (!this.isHandingOver && (this.hasServed || this.firstStart.isDone())) {
			this.restarts++;
		}
		this.isHandingOver = false;
		this.hasServed = true;
		helper.connection().serve();
	}

	/**
	 * Whether another helper can take over from one that has served for long enough:
	 * without spares, that is the one that is started next.
	 * @return whether it can
	 */
	boolean hasSuccessor() {
		this.lock.lock();
		try {
			return this.settings.standby() == 0 || !this.spares.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	// The next helper takes over, as it was meant to.
	void recycle(Helper helper) {
		this.lock.lock();
		try {
			if (this.serving == helper) {
				this.recycled++;
				this.failuresInARow = 0;
				this.isHandingOver = true;
				this.serving = null;
				logger.debug("Helper '{}' is recycled (pid {})", this.context, helper.pid());
				Helper spare = this.spares.pollFirst();
				if (spare != null) {
					serve(spare);
				}
				update();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void remove(Helper helper) {
		this.lock.lock();
		try {
			if (this.serving == helper) {
				this.serving = null;
				Helper spare = this.spares.pollFirst();
				if (spare != null && !this.closing) {
					logger.info("Helper '{}' is replaced by its spare (pid {})", this.context, spare.pid());
					serve(spare);
				}
			}
			else {
				this.spares.remove(helper);
			}
			update();
		}
		finally {
			this.lock.unlock();
		}
	}

	void forget(Helper helper) {
		this.lock.lock();
		try {
			this.alive.remove(helper);
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	void ended(HelperStartException end, int failures) {
		this.lock.lock();
		try {
			this.failuresInARow = failures;
			if (!this.closing) {
				this.lastFailure = end;
				logger.warn("Context '{}': {}", this.context, end.summary());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void failedToStart(HelperStartException failure, boolean isFirst, int failures, int failedStarts) {
		this.lock.lock();
		try {
			this.starting--;
			this.isHandingOver = false;
			this.failuresInARow = failures;
			if (!this.closing) {
				this.lastFailure = failure;
				if (failedStarts == 1) {
					logger.warn("Context '{}': {}", this.context, failure.summary());
				}
				else {
					logger.debug("Context '{}', failure {} in a row: {}", this.context, failures, failure.summary());
				}
				update();
			}
			if (isFirst) {
				firstDone(failure);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void firstDone(@Nullable HelperStartException failure) {
		this.firstFailure = (this.firstFailure != null) ? this.firstFailure : failure;
		if (++this.firstsDone < this.settings.standby() + 1) {
			return;
		}
		if (this.firstFailure != null) {
			this.firstStart.completeExceptionally(this.firstFailure);
		}
		else {
			this.firstStart.complete(null);
		}
	}

	void backOff(Duration delay) {
		this.lock.lock();
		try {
			long left = delay.toNanos();
			while (left > 0 && !this.closing) {
				left = this.changed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Context '{}': interrupted while waiting", this.context, ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	// The state follows from what there is; to recycle a helper is not to fail. Where one
	// start after the other fails, it is news but once.
	private void update() {
		ChannelState next = (this.serving != null || this.isHandingOver) ? ChannelState.RUNNING
				: (this.starting > 0) ? ChannelState.STARTING : ChannelState.BACKOFF;
		to(next);
	}

	private void to(ChannelState next) {
		this.changed.signalAll();
		if (next == this.state || this.closing && next != ChannelState.STOPPED) {
			return;
		}
		if (!this.state.successors().contains(next)) {
			throw new IllegalStateException(this.state + " -> " + next);
		}
		logger.atLevel((this.failuresInARow > 1 && next != ChannelState.RUNNING) ? Level.DEBUG : Level.INFO)
			.log("Helper '{}' {} -> {}{}", this.context, this.state, next,
					(this.serving != null) ? " (pid " + this.serving.pid() + ")" : "");
		this.state = next;
		this.since = Instant.now();
	}

	void leavePlace() {
		this.lock.lock();
		try {
			this.places.remove(Thread.currentThread());
			if (this.places.isEmpty()) {
				to(ChannelState.STOPPED);
			}
		}
		finally {
			this.lock.unlock();
		}
		this.firstStart.completeExceptionally(
				new HelperStartException(this.context, "the application was closed", new IOException("closed")));
	}

	/**
	 * Lets calls in flight finish, up to the stop-timeout, and ends all helpers.
	 */
	void close() {
		List<Helper> ending = new ArrayList<>();
		List<Thread> threads = new ArrayList<>();
		this.lock.lock();
		try {
			this.closing = true;
			this.serving = null;
			this.spares.clear();
			ending.addAll(this.alive);
			threads.addAll(this.places);
			if (this.state == ChannelState.NEW) {
				to(ChannelState.STOPPED);
			}
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		try {
			try {
				end(ending);
			}
			finally {
				// one that is starting a helper waits for nothing else
				threads.forEach(Thread::interrupt);
			}
			awaitNone(this.settings.startTimeout().plus(this.settings.stopTimeout()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void end(List<Helper> ending) throws InterruptedException {
		ending.forEach((helper) -> helper.connection().drain());
		long deadline = System.nanoTime() + this.settings.stopTimeout().toNanos();
		try {
			while (deadline - System.nanoTime() > 0
					&& !ending.stream().allMatch((helper) -> helper.connection().isIdle())) {
				TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
			}
		}
		finally {
			ending.forEach((helper) -> helper.connection().end(new IOException("the application was closed")));
		}
	}

	private void awaitNone(Duration timeout) throws InterruptedException {
		long left = timeout.toNanos();
		this.lock.lock();
		try {
			while (left > 0 && !(this.state == ChannelState.STOPPED && this.alive.isEmpty())) {
				left = this.changed.awaitNanos(left);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	ChannelStatus status() {
		this.lock.lock();
		try {
			return new ChannelStatus(this.context, this.state, servingPid(), this.settings.user(),
					this.settings.capabilities(), this.settings.mode(), this.restarts, this.recycled, this.starts,
					this.startTime, this.since, (this.lastFailure != null) ? this.lastFailure.summary() : null,
					this.settings.standby(), this.spares.size());
		}
		finally {
			this.lock.unlock();
		}
	}

	// That of one that takes no call any more would be taken for the next helper's: its
	// keeper may be a moment late.
	private @Nullable Long servingPid() {
		Helper helper = this.serving;
		return (helper != null && helper.pid() > 0 && helper.connection().mayTakeCalls()) ? helper.pid() : null;
	}

	@Nullable Throwable lastFailure() {
		this.lock.lock();
		try {
			return this.lastFailure;
		}
		finally {
			this.lock.unlock();
		}
	}

}
