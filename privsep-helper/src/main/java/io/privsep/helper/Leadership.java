package io.privsep.helper;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Which of the workers is the leader: the one that reads from the connection.
 * <p>
 * To wake another worker costs as much as the rest of a short call. So a worker that
 * serves one stays the leader meanwhile; but as long as there are calls another worker
 * watches, and takes over from a leader that serves for too long. It is no lock: no
 * function holds up a cancellation, or another call, for longer than that. (It waits at
 * its own monitor, as a condition would load twenty classes more at a helper's start.)
 */
final class Leadership {

	/** How often the watching worker looks; a call is led for two looks at most. */
	private static final long LOOK_MILLIS = 1;

	/** After so many looks without a call nobody watches. */
	private static final int IDLE_LOOKS = 20;

	private static final long KEPT = 1;

	private static final long WORKER = 0xffeL;

	private static final long COUNT = 0x1000L;

	/**
	 * From the right: a bit that is set while the leader serves a call, the number of the
	 * leader, zero for nobody, and how often it has kept the leadership so far.
	 */
	private final AtomicLong state = new AtomicLong();

	private volatile boolean watched;

	/**
	 * Waits until this worker is the leader.
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

	// Until there is no leader, or it was replaced, or there were no calls for a while.
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
		// a leader that serves from now on sees that nobody watches
		if ((this.state.get() & KEPT) == 0) {
			wait();
		}
		return false;
	}

	/**
	 * The leader serves a call; from now on others may take over.
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
	 * @return whether it is still the leader
	 */
	boolean resume(int worker) {
		long now = this.state.get();
		return (now & (WORKER | KEPT)) == ((long) worker << 1 | KEPT) && this.state.compareAndSet(now, now & ~KEPT);
	}

	/**
	 * Leaves the lead to another worker.
	 */
	void pass() {
		this.state.set(this.state.get() & ~(WORKER | KEPT));
		wakeOne();
	}

	/**
	 * Leaves the lead to another worker, if this one has it.
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
