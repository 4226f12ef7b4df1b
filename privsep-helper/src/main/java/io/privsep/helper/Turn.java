package io.privsep.helper;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Whose turn it is, of the workers, to read from the connection.
 * <p>
 * To wake another worker costs as much as all else in a short call. So whoever serves one
 * keeps its turn meanwhile; but another worker watches as long as there are calls, and
 * takes a turn that is kept for too long. It is no lock: no function holds up a
 * cancellation, or another call, for longer than that. (It waits at its own monitor, as a
 * condition would load twenty classes more at a helper's start.)
 */
final class Turn {

	/** How often the watching worker looks; a turn is kept for two looks at most. */
	private static final long LOOK_MILLIS = 1;

	/** After so many looks without a call nobody watches. */
	private static final int IDLE_LOOKS = 20;

	private static final long KEPT = 1;

	private static final long WORKER = 0xffeL;

	private static final long COUNT = 0x1000L;

	/**
	 * From the right: a bit that is set while the turn is kept by a call, the number of
	 * the worker that has the turn, zero for nobody, and how often it was kept so far.
	 */
	private final AtomicLong state = new AtomicLong();

	private volatile boolean watched;

	/**
	 * Waits for the turn.
	 * @param worker number of the worker, from 1 to 2,047
	 */
	synchronized void await(int worker) {
		while (!take(worker)) {
			try {
				if (this.watched) {
					wait();
				}
				else if (watch(worker)) {
					return;
				}
			}
			catch (InterruptedException ex) {
				// meant for a function that has ended by now
			}
		}
	}

	private boolean take(int worker) {
		long now = this.state.get();
		return (now & WORKER) == 0 && this.state.compareAndSet(now, now | (long) worker << 1);
	}

	// Until the turn is free or taken, or there were no calls for a while.
	private boolean watch(int worker) throws InterruptedException {
		this.watched = true;
		try {
			long last = this.state.get();
			for (int idle = 0; idle < IDLE_LOOKS; idle++) {
				wait(LOOK_MILLIS);
				long now = this.state.get();
				if ((now & WORKER) == 0) {
					return false;
				}
				if (now != last) {
					idle = 0;
				}
				else if ((now & KEPT) != 0
						&& this.state.compareAndSet(now, now & ~(WORKER | KEPT) | (long) worker << 1)) {
					return true;
				}
				last = now;
			}
		}
		finally {
			this.watched = false;
		}
		// who keeps the turn from now on sees that nobody watches
		if ((this.state.get() & KEPT) == 0) {
			wait();
		}
		return false;
	}

	/**
	 * Serves a call while having the turn, which others may take now.
	 * @param worker number of the worker
	 */
	void keep(int worker) {
		this.state.set((this.state.get() & ~WORKER) + COUNT | (long) worker << 1 | KEPT);
		if (!this.watched) {
			wakeOne();
		}
	}

	/**
	 * The call is served.
	 * @param worker number of the worker
	 * @return whether it still has the turn
	 */
	boolean resume(int worker) {
		long now = this.state.get();
		return (now & (WORKER | KEPT)) == ((long) worker << 1 | KEPT) && this.state.compareAndSet(now, now & ~KEPT);
	}

	/**
	 * Leaves the turn to another worker.
	 */
	void pass() {
		this.state.set(this.state.get() & ~(WORKER | KEPT));
		wakeOne();
	}

	/**
	 * Leaves the turn to another worker, if this one has it.
	 * @param worker number of the worker, which ends
	 */
	void end(int worker) {
		long now = this.state.get();
		if ((now & WORKER) == (long) worker << 1) {
			pass();
		}
	}

	private synchronized void wakeOne() {
		notify();
	}

}
