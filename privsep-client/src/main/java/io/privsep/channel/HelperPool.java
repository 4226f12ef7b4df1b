package io.privsep.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.connection.Connection;
import io.privsep.connection.PendingCall;
import io.privsep.connection.Slots;

/**
 * The helpers of a context: the one that serves, and the spares that wait for its end.
 * <p>
 * Each has a {@link HelperSupervisor}, with a thread. The first that is ready serves; the
 * others are spares.
 */
final class HelperPool {

	private static final Logger logger = LoggerFactory.getLogger(HelperPool.class);

	private final ContextSettings settings;

	private final List<Thread> supervisors = new ArrayList<>();

	private final FirstStart firstStart;

	private final StateLock lock = new StateLock();

	private final Roster roster = new Roster();

	private final PoolHistory history;

	private int starting;

	private boolean hasServed;

	/**
	 * Whether the one that served was recycled, and none serves yet, as none was ready.
	 */
	private boolean isHandingOver;

	private boolean closing;

	HelperPool(ContextSettings settings, Slots slots) {
		this.settings = settings;
		this.history = new PoolHistory(settings);
		this.firstStart = new FirstStart(settings.standby() + 1);
		for (int i = 0; i <= settings.standby(); i++) {
			this.supervisors.add(thread(new HelperSupervisor(settings, slots, this), (i == 0) ? "" : "-standby-" + i));
		}
	}

	Thread thread(Runnable task, String suffix) {
		Thread thread = new Thread(task, "privsep-" + this.settings.context() + suffix);
		thread.setDaemon(true);
		return thread;
	}

	void start() {
		List.copyOf(this.supervisors).forEach(Thread::start);
	}

	CompletableFuture<Void> firstStart() {
		return this.firstStart.done();
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
		return this.lock.await(() -> take(call), () -> this.closing,
				this.firstStart.isDone() ? deadline : System.nanoTime() + this.settings.startTimeout().toNanos());
	}

	private @Nullable Connection take(PendingCall call) {
		Helper serving = this.roster.serving();
		return (serving != null && serving.connection().take(call)) ? serving.connection() : null;
	}

	// Whether to start another helper: not while more helpers leave than there are slots,
	// as some of these have no call any more to wait for, and still have not ended.
	boolean begin() {
		return this.lock.get(() -> {
			this.lock.awaitUninterruptibly(() -> this.closing
					|| this.roster.count(HelperState.LEAVING) <= this.settings.definition().maxConcurrency());
			if (this.closing) {
				return false;
			}
			this.starting++;
			update();
			return true;
		});
	}

	boolean add(Helper helper, boolean isFirst, Duration tookToStart) {
		return this.lock.get(() -> {
			this.starting--;
			if (this.closing) {
				return false;
			}
			this.history.started(tookToStart);
			Helper serving = this.roster.serving();
			if (serving == null) {
				serve(helper);
			}
			else {
				this.roster.addSpare(helper);
				this.history.gotSpare(helper, isFirst);
				serving.connection().wakeKeeper();
			}
			update();
			if (isFirst) {
				this.firstStart.count(null);
			}
			return true;
		});
	}

	private void serve(Helper helper) {
		this.roster.serve(helper);
		if (!this.isHandingOver && (this.hasServed || this.firstStart.isDone())) {
			this.history.restarted();
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
		return this.lock.get(() -> this.settings.standby() == 0 || this.roster.spare() != null);
	}

	// The next helper takes over, as it was meant to.
	void recycle(Helper helper) {
		this.lock.run(() -> {
			if (this.roster.serving() == helper) {
				this.history.recycled(helper);
				this.isHandingOver = true;
				this.roster.leave(helper);
				Helper spare = this.roster.spare();
				if (spare != null) {
					serve(spare);
				}
				update();
			}
		});
	}

	void remove(Helper helper) {
		this.lock.run(() -> {
			boolean hasServed = this.roster.serving() == helper;
			this.roster.leave(helper);
			Helper spare = hasServed ? this.roster.spare() : null;
			if (spare != null && !this.closing) {
				this.history.replacedBy(spare);
				serve(spare);
			}
			update();
		});
	}

	void forget(Helper helper) {
		this.lock.run(() -> {
			this.roster.forget(helper);
			this.lock.signal();
		});
	}

	void ended(HelperStartException end, int failures) {
		this.lock.run(() -> {
			this.history.setFailuresInARow(failures);
			if (!this.closing) {
				this.history.ended(end);
			}
		});
	}

	void failedToStart(HelperStartException failure, boolean isFirst, int failures, int failedStarts) {
		this.lock.run(() -> {
			this.starting--;
			this.isHandingOver = false;
			this.history.setFailuresInARow(failures);
			if (!this.closing) {
				this.history.failedToStart(failure, failedStarts);
				update();
			}
			if (isFirst) {
				this.firstStart.count(failure);
			}
		});
	}

	void backOff(Duration delay) {
		try {
			this.lock.await(() -> null, () -> this.closing, System.nanoTime() + delay.toNanos());
		}
		catch (InterruptedException ex) {
			logger.debug("Context '{}': interrupted while waiting", this.settings.context(), ex);
		}
	}

	// The state follows from what there is; to recycle a helper is not to fail.
	private void update() {
		this.lock.signal();
		if (!this.closing) {
			boolean isRunning = this.roster.serving() != null || this.isHandingOver;
			this.history.to(isRunning ? ChannelState.RUNNING : stateWithoutServing(), this.roster.serving());
		}
	}

	private ChannelState stateWithoutServing() {
		return (this.roster.spare() != null) ? ChannelState.RUNNING
				: (this.starting > 0) ? ChannelState.STARTING : ChannelState.BACKOFF;
	}

	private void stop() {
		this.lock.signal();
		this.history.to(ChannelState.STOPPED, null);
	}

	// The current thread is a supervisor's, at its end.
	void leaveSupervisor() {
		this.lock.run(() -> {
			this.supervisors.remove(Thread.currentThread());
			if (this.supervisors.isEmpty()) {
				stop();
			}
		});
		this.firstStart.giveUp(this.settings.context());
	}

	/**
	 * Lets calls in flight finish, up to the stop-timeout, and ends all helpers.
	 */
	void close() {
		List<Helper> ending = new ArrayList<>();
		List<Thread> threads = new ArrayList<>();
		this.lock.run(() -> {
			this.closing = true;
			ending.addAll(this.roster.leaveAll());
			threads.addAll(this.supervisors);
			if (this.history.state() == ChannelState.NEW) {
				stop();
			}
			this.lock.signal();
		});
		try {
			try {
				Roster.drain(ending, this.settings.stopTimeout());
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

	private void awaitNone(Duration timeout) throws InterruptedException {
		this.lock.await(
				() -> (this.history.state() == ChannelState.STOPPED && this.roster.isEmpty()) ? Boolean.TRUE : null,
				() -> false, System.nanoTime() + timeout.toNanos());
	}

	ChannelStatus status() {
		return this.lock.get(() -> this.history.status(this.roster.servingPid(), this.roster.count(HelperState.SPARE)));
	}

	// Without a helper that has ended: its keeper may be a moment late to find out.
	ChannelState stateWithout(Connection ended) {
		return this.lock.get(() -> {
			Helper serving = this.roster.serving();
			return (serving == null || serving.connection() != ended) ? this.history.state() : stateWithoutServing();
		});
	}

	@Nullable Throwable lastFailure() {
		return this.lock.get(() -> this.history.lastFailure());
	}

}
