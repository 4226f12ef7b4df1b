package io.privsep.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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

	private final StateLock lock;

	private final Roster roster = new Roster();

	private final PoolHistory history;

	/** Why no helper can be started any more; {@code null} as long as one can. */
	private @Nullable String obstacle;

	private boolean closing;

	HelperPool(ContextSettings settings, Slots slots) {
		this.settings = settings;
		this.lock = new StateLock(settings.machine().clock());
		this.history = new PoolHistory(settings);
		this.firstStart = new FirstStart(settings.standby() + 1);
		for (int i = 0; i <= settings.standby(); i++) {
			this.supervisors.add(thread(new HelperSupervisor(settings, slots, this), (i == 0) ? "" : "-standby-" + i));
		}
	}

	Thread thread(Runnable task, String suffix) {
		return this.settings.machine().threads().make("privsep-" + this.settings.context() + suffix, task);
	}

	void start() {
		List.copyOf(this.supervisors).forEach(Thread::start);
	}

	FirstStart firstStart() {
		return this.firstStart;
	}

	// Waits for a helper that takes a call, which has a slot, and gives its connection,
	// if there is one until the deadline. The first start has a time of its own.
	@Nullable Connection await(PendingCall call, long deadline) throws InterruptedException {
		long end = this.firstStart.isDone() ? deadline
				: this.settings.machine().nanoTime() + this.settings.times().start().toNanos();
		Connection serving;
		do {
			serving = this.lock.await(this::serving, () -> this.closing || this.history.isLost(), end);
		}
		while (serving != null && !serving.take(call));
		return serving;
	}

	private @Nullable Connection serving() {
		Helper serving = this.roster.serving();
		return (serving != null && serving.connection().mayTakeCalls()) ? serving.connection() : null;
	}

	/** Looks whether helpers can still be started, and gives up where they cannot. */
	void lookForObstacle() {
		String found = this.settings.launcher().obstacle(this.settings.definition());
		this.lock.run(() -> {
			if (found != null && this.obstacle == null) {
				this.obstacle = found;
				update();
			}
		});
	}

	// Whether to start another helper: not while more helpers leave than there are slots,
	// as some of these have no call any more to wait for, and still have not ended.
	boolean begin() {
		lookForObstacle();
		return this.lock.get(() -> {
			this.lock.awaitUninterruptibly(() -> isOver()
					|| this.roster.count(HelperState.LEAVING) <= this.settings.definition().calls().maxConcurrency());
			if (isOver()) {
				this.roster.setHandingOver(false);
				update();
				return false;
			}
			this.roster.addStarting(1);
			update();
			return true;
		});
	}

	private boolean isOver() {
		return this.closing || this.obstacle != null;
	}

	boolean add(Helper helper, boolean isFirst, Duration tookToStart) {
		return this.lock.get(() -> {
			this.roster.addStarting(-1);
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
				serving.connection().wakeMonitor();
			}
			update();
			if (isFirst) {
				this.firstStart.count(null);
			}
			return true;
		});
	}

	private void serve(Helper helper) {
		if (this.roster.serve(helper) || !this.roster.isHandingOver() && this.firstStart.isDone()) {
			this.history.restarted();
		}
		this.roster.setHandingOver(false);
		helper.connection().serve();
	}

	// Whether another helper can take over from one that has served for long enough:
	// without spares, that is the one that is started next.
	boolean hasSuccessor() {
		return this.lock.get(() -> this.settings.standby() == 0 || this.roster.spare() != null);
	}

	// The next helper takes over, as it was meant to.
	void recycle(Helper helper) {
		this.lock.run(() -> {
			if (this.roster.serving() == helper) {
				this.history.recycled(helper);
				this.roster.setHandingOver(true);
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
			this.roster.addStarting(-1);
			this.roster.setHandingOver(false);
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
		lookForObstacle();
		try {
			this.lock.await(() -> null, this::isOver, this.settings.machine().nanoTime() + delay.toNanos());
		}
		catch (InterruptedException ex) {
			logger.debug("Context '{}': interrupted while waiting", this.settings.context(), ex);
		}
	}

	private void update() {
		this.lock.signal();
		if (!this.closing) {
			this.history.to(this.roster.state(this.obstacle == null), this.roster.serving(), this.obstacle);
		}
	}

	private void stop() {
		this.lock.signal();
		this.history.to(ChannelState.STOPPED, null, null);
	}

	// The current thread is a supervisor's, at its end.
	void leaveSupervisor() {
		this.lock.run(() -> {
			this.supervisors.remove(Thread.currentThread());
			if (this.supervisors.isEmpty() && this.closing) {
				stop();
			}
		});
		this.firstStart.giveUp(this.settings.context(), this.obstacle);
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
			if (this.history.state() == ChannelState.NEW || this.supervisors.isEmpty()) {
				stop();
			}
			this.lock.signal();
		});
		try {
			try {
				Roster.drain(ending, this.settings.times().stop(), this.settings.machine().clock());
			}
			finally {
				// one that is starting a helper waits for nothing else
				threads.forEach(Thread::interrupt);
			}
			awaitNone(this.settings.times().start().plus(this.settings.times().stop()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void awaitNone(Duration timeout) throws InterruptedException {
		this.lock.await(
				() -> (this.history.state() == ChannelState.STOPPED && this.roster.isEmpty()) ? Boolean.TRUE : null,
				() -> false, this.settings.machine().nanoTime() + timeout.toNanos());
	}

	ChannelStatus status() {
		return this.lock.get(() -> this.history.status(this.roster.servingPid(), this.roster.count(HelperState.SPARE)));
	}

	// Without a helper that has ended: its monitor may be a moment late to find out.
	ChannelState stateWithout(Connection ended) {
		return this.lock.get(() -> this.roster.isServing(ended) ? this.roster.stateWithoutServing(this.obstacle == null)
				: this.history.state());
	}

	int inUse() {
		return this.lock.get(this.roster::inUse);
	}

	@Nullable Throwable lastFailure() {
		return this.lock.get(() -> this.history.lastFailure());
	}

}
