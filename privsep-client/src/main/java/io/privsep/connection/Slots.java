package io.privsep.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * As many slots as calls may run at once in a helper, and the queue of the calls that
 * wait for one, first come, first served.
 * <p>
 * A slot that becomes free is given to the first in the queue. The thread that has freed
 * it can send that call as well: its caller need not wake up for this.
 */
public final class Slots {

	private final int max;

	private final Deque<PendingCall> queue = new ArrayDeque<>();

	private final ReentrantLock lock = new ReentrantLock();

	private int free;

	private volatile boolean hasQueue;

	/**
	 * Makes slots that are all free.
	 * @param max how many there are
	 */
	public Slots(int max) {
		this.max = max;
		this.free = max;
	}

	/**
	 * Takes a slot, or a place in the queue.
	 * @param call the call
	 * @return whether the call has a slot now
	 */
	public boolean take(PendingCall call) {
		this.lock.lock();
		try {
			// where some wait, there is none free
			if (this.free > 0) {
				this.free--;
				return true;
			}
			this.queue.addLast(call);
			this.hasQueue = true;
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Leaves the queue.
	 * @param call the call
	 * @return whether it was in the queue; if not, it has got a slot
	 */
	public boolean leave(PendingCall call) {
		this.lock.lock();
		try {
			boolean wasThere = this.queue.remove(call);
			this.hasQueue = !this.queue.isEmpty();
			if (wasThere) {
				call.setUnsent();
			}
			return wasThere;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Gives a slot back.
	 * @return the call that has it now, or {@code null} if nobody waits
	 */
	public @Nullable PendingCall release() {
		this.lock.lock();
		try {
			PendingCall next = this.queue.pollFirst();
			if (next == null) {
				this.free++;
			}
			else if (this.queue.isEmpty()) {
				this.hasQueue = false;
			}
			return next;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether calls wait for a slot.
	 * @return whether there is a queue
	 */
	boolean hasQueue() {
		return this.hasQueue;
	}

	/**
	 * How many are taken now.
	 * @return a number
	 */
	public int taken() {
		this.lock.lock();
		try {
			return this.max - this.free;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many calls wait for one now.
	 * @return a number
	 */
	public int waiting() {
		this.lock.lock();
		try {
			return this.queue.size();
		}
		finally {
			this.lock.unlock();
		}
	}

}
