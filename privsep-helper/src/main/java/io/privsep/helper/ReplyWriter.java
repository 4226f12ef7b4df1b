package io.privsep.helper;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import io.privsep.wire.Frame;
import io.privsep.wire.FrameSender;

/**
 * The way to the application: one whole frame after the other.
 * <p>
 * Where more calls are there already, their replies may go together.
 */
final class ReplyWriter {

	private final FrameSender sender;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile boolean holdsBack;

	/** When the write that goes on was begun, or 0. */
	private volatile long begun;

	/** When the last write was begun; guarded by the lock. */
	private long last = System.nanoTime();

	ReplyWriter(WritableByteChannel connection) {
		this.sender = new FrameSender(connection);
	}

	/**
	 * Sends a frame, and before it those that were held back.
	 * @param frame the frame
	 * @throws IOException if the connection does not take it
	 */
	void write(Frame frame) throws IOException {
		this.lock.lock();
		try {
			begin();
			while (!this.sender.send(frame)) {
				// it blocks, and so takes at least some of it
			}
			this.holdsBack = false;
		}
		finally {
			this.begun = 0;
			this.lock.unlock();
		}
	}

	private void begin() {
		this.last = System.nanoTime();
		// never 0
		this.begun = this.last | 1;
	}

	/**
	 * Holds a frame back, to be sent together with the next, if it is small.
	 * @param frame the frame
	 * @return whether it is held back; if not, it is to be written
	 */
	boolean holdBack(Frame frame) {
		this.lock.lock();
		try {
			boolean added = this.sender.add(frame);
			this.holdsBack |= added;
			return added;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether frames are held back.
	 * @return whether {@link #flush} has something to do
	 */
	boolean holdsBack() {
		return this.holdsBack;
	}

	/**
	 * Sends what was held back, unless another worker is doing that: who writes a frame
	 * sends all that is there before it. Nobody waits for another's write here, which may
	 * last, or there would be no one left to read.
	 * @throws IOException if the connection does not take it
	 */
	void flush() throws IOException {
		if (!this.lock.tryLock()) {
			return;
		}
		try {
			begin();
			while (!this.sender.flush()) {
				// as above
			}
			this.holdsBack = false;
		}
		finally {
			this.begun = 0;
			this.lock.unlock();
		}
	}

	/**
	 * How long the other end has not taken what is being written. Nobody may be left
	 * there: a descriptor that is on its way through the connection itself keeps it open.
	 * @return how long, zero if nothing is being written
	 */
	Duration unfinishedFor() {
		long since = this.begun;
		return (since == 0) ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
	}

	/**
	 * How long nothing was sent. Who asks never waits.
	 * @return how long, zero if something is being sent
	 */
	Duration silentFor() {
		if (!this.lock.tryLock()) {
			return Duration.ZERO;
		}
		try {
			return Duration.ofNanos(System.nanoTime() - this.last);
		}
		finally {
			this.lock.unlock();
		}
	}

}
