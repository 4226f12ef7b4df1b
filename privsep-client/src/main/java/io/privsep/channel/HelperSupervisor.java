package io.privsep.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

import io.privsep.connection.FunctionTrace;
import io.privsep.connection.OverdueCallException;
import io.privsep.connection.Slots;
import io.privsep.wire.Reply;

/**
 * The supervisor of a helper: the thread that starts it, keeps its connection, and starts
 * the next one when it has ended or was replaced. It never reads or closes a connection.
 */
final class HelperSupervisor implements Runnable {

	/** What a start has raced with is over by then. */
	private static final Duration RACE = Duration.ofMillis(200);

	private final ContextSettings settings;

	private final Slots slots;

	private final HelperPool helpers;

	/** Whether what is started counts as the first start. */
	private boolean isFirst = true;

	/** Whether the first start is tried once more. */
	private boolean isTriedAgain;

	/** Whether the last one was recycled, which is no reason to wait. */
	private boolean isRecycled;

	/** How many have failed to start, or have not lived for long, in a row. */
	private int failures;

	/** How many have failed to start since one was ready. */
	private int failedStarts;

	HelperSupervisor(ContextSettings settings, Slots slots, HelperPool helpers) {
		this.settings = settings;
		this.slots = slots;
		this.helpers = helpers;
	}

	@Override
	public void run() {
		try {
			while (this.helpers.begin()) {
				this.isRecycled = false;
				startAndKeep();
				this.isFirst = this.isTriedAgain && this.failedStarts == 1;
				if (this.isFirst) {
					this.helpers.backOff(RACE);
				}
				else if (!this.isRecycled) {
					this.helpers.backOff(this.settings.backoff()
						.delay(this.failures, this.settings.machine().random().getAsDouble()));
				}
			}
		}
		finally {
			this.helpers.leaveSupervisor();
		}
	}

	// Starts a helper and keeps it until it has ended or was replaced.
	private void startAndKeep() {
		Helper helper;
		long begin = this.settings.machine().nanoTime();
		try {
			helper = Helper.start(this.settings, this.slots, this.helpers::hasSuccessor);
		}
		catch (HelperStartException ex) {
			this.failures++;
			this.failedStarts++;
			// before the application is given up; but not where the callers have waited
			// for long already
			this.isTriedAgain = this.isFirst && !this.isTriedAgain && !ex.isFinal()
					&& this.settings.machine().nanoTime() - begin < this.settings.times().start().toNanos() / 2;
			this.helpers.failedToStart(ex, this.isFirst && !this.isTriedAgain, this.failures, this.failedStarts);
			return;
		}
		this.failedStarts = 0;
		long start = this.settings.machine().nanoTime();
		Throwable why;
		try {
			if (!this.helpers.add(helper, this.isFirst, Duration.ofNanos(start - begin))) {
				// here, as close() waits for this thread, and for no other that would do
				// it
				helper.end(new Helper.EndInOrderException("the application was closed"));
				this.helpers.forget(helper);
				return;
			}
			why = helper.monitor();
			// the next one is there before anybody waits for the end of this one
			if (why == null) {
				this.helpers.recycle(helper);
				helper.connection().recycle();
				this.helpers.thread(() -> finishRecycled(helper), "-recycled").start();
				this.failures = 0;
				this.isRecycled = true;
				return;
			}
			this.helpers.remove(helper);
			if (helper.connection().isOpen()) {
				replace(helper, why);
				this.helpers.thread(() -> finish(helper), "-replaced").start();
				this.failures = 1;
				return;
			}
		}
		catch (Throwable ex) {
			// such as no memory for a thread: the next one may do better
			this.helpers.remove(helper);
			why = ex;
		}
		HelperStartException end = helper.end(why);
		this.helpers.forget(helper);
		this.failures = this.settings.backoff()
			.failuresWithEnd(this.failures, Duration.ofNanos(this.settings.machine().nanoTime() - start));
		this.helpers.ended(end, this.failures);
	}

	private void replace(Helper helper, Throwable why) {
		helper.connection().retire(this.settings.times().cancelGrace());
		Reply.Cancelled cancelled = (why instanceof OverdueCallException overdue) ? overdue.cancelled() : null;
		HelperStartException end = new HelperStartException(this.settings.context(), "helper " + helper.pid()
				+ " is replaced: " + why.getMessage() + HelperMemory.ofHeap(this.settings, cancelled), why);
		FunctionTrace.addTo(end, this.settings.context(), cancelled);
		this.helpers.ended(end, 1);
	}

	// Lets the calls of a helper that was replaced come to their end.
	private void finish(Helper helper) {
		Throwable why = null;
		try {
			why = helper.monitor();
		}
		catch (ExecutionException ex) {
			why = ex.getCause();
		}
		finally {
			helper.end((why != null) ? why : new IOException("the helper was replaced"));
			this.helpers.forget(helper);
		}
	}

	// Those of one that was recycled have their slots until then, and all of their time.
	private void finishRecycled(Helper helper) {
		Throwable why = null;
		try {
			why = helper.monitor();
		}
		catch (ExecutionException ex) {
			why = ex.getCause();
		}
		finally {
			if (why != null && helper.connection().isOpen()) {
				replace(helper, why);
				finish(helper);
			}
			else {
				endRecycled(helper, why);
			}
		}
	}

	private void endRecycled(Helper helper, @Nullable Throwable why) {
		HelperStartException end = helper
			.end((why != null) ? why : new Helper.EndInOrderException("the helper was recycled"));
		this.helpers.forget(helper);
		if (why != null || helper.isRunning()) {
			// with calls in flight, perhaps; and what does not end is not done with
			this.helpers.ended(end, 1);
		}
	}

}
