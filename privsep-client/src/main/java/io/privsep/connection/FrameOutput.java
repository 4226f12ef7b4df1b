package io.privsep.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.privsep.wire.Frame;
import io.privsep.wire.FrameSender;

/**
 * The sending half of a {@link Connection}: writes whole frames, one thread after the
 * other, and as many at once as there are.
 */
final class FrameOutput {

	// A frame of which the helper has got a part has to be finished, or the connection
	// and all calls on it are lost: so long also after the deadline.
	private static final Duration TO_FINISH = Duration.ofSeconds(2);

	private final Transport transport;

	private final BooleanSupplier isOpen;

	private final LongSupplier clock;

	private final ReentrantLock lock = new ReentrantLock(true);

	private final FrameSender sender;

	/** Whether some of the frames that were sent together is not sent yet. */
	private volatile boolean hasRest;

	/**
	 * Whether a part of a frame was sent, and the rest will not be; guarded by the lock.
	 */
	private boolean broken;

	/**
	 * Makes one.
	 * @param transport carries the bytes
	 * @param isOpen whether frames may be sent
	 * @param clock as {@link System#nanoTime}
	 */
	FrameOutput(Transport transport, BooleanSupplier isOpen, LongSupplier clock) {
		this.transport = transport;
		this.isOpen = isOpen;
		this.clock = clock;
		this.sender = new FrameSender(transport);
	}

	/**
	 * Writes a frame.
	 * @param frame the whole frame
	 * @param deadline until when it may take, as of {@link System#nanoTime}
	 * @param sent is run when it was written, before {@link #awaitStopped} can return
	 * @return whether it was written; if not, nothing of it was
	 * @throws IOException if the connection has ended, or has to end, as it took only a
	 * part
	 */
	boolean write(Frame frame, long deadline, Runnable sent) throws IOException {
		if (!lock(deadline)) {
			return false;
		}
		boolean interrupted = false;
		boolean whole = false;
		try {
			requireWhole();
			long length = frame.remaining();
			while (!this.sender.send(frame)) {
				long taken = length - frame.remaining();
				boolean isBegun = taken > this.sender.remaining();
				long left = deadline - this.clock.getAsLong() + (isBegun ? TO_FINISH.toNanos() : 0);
				if (left <= 0 && !isBegun) {
					this.sender.withdraw((int) taken);
					this.hasRest = this.sender.remaining() > 0;
					whole = true;
					return false;
				}
				if (left <= 0) {
					throw new IOException("The helper did not read a message of " + length + " bytes in time");
				}
				this.transport.awaitWritable(left);
				interrupted |= Thread.interrupted();
				requireWhole();
			}
			this.hasRest = false;
			whole = true;
			sent.run();
			return true;
		}
		finally {
			// who waits for the lock would go on in the middle of this frame
			this.broken |= !whole;
			this.lock.unlock();
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Writes some small frames together, unless another thread writes. Never waits: what
	 * does not go through now is the {@linkplain #hasRest rest}.
	 * @param frames gives one frame after the other to what it is given, which says
	 * whether there was room for the frame
	 * @throws IOException if the connection has ended
	 */
	void tryWrite(Frames frames) throws IOException {
		if (!this.lock.tryLock()) {
			return;
		}
		boolean whole = false;
		try {
			requireWhole();
			frames.giveTo(this.sender::add);
			this.hasRest = !this.sender.flush();
			whole = true;
		}
		finally {
			this.broken |= !whole;
			this.lock.unlock();
		}
	}

	// Where the last frame ends of those that are being given; for who gives them.
	long taken() {
		return this.sender.taken();
	}

	// What ends beyond this was certainly not sent.
	long maybeSent() {
		return this.sender.maybeSent();
	}

	// Whether there is something to write as soon as the connection takes it.
	boolean hasRest() {
		return this.hasRest;
	}

	void writeRest() throws IOException {
		if (this.hasRest && this.lock.tryLock()) {
			try {
				requireWhole();
				this.hasRest = !this.sender.flush();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	private void requireWhole() throws IOException {
		if (!this.isOpen.getAsBoolean()) {
			throw new IOException("The connection has ended");
		}
		if (this.broken) {
			throw new IOException("The connection ends, as a message was not sent as a whole");
		}
	}

	/**
	 * Waits until nobody sends anything any more. No frame may be sent when this is
	 * called.
	 */
	void awaitStopped() {
		this.transport.wakeWriter();
		this.lock.lock();
		this.lock.unlock();
	}

	private boolean lock(long deadline) {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return this.lock.tryLock(deadline - this.clock.getAsLong(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Frames that are sent together. */
	@FunctionalInterface
	interface Frames {

		void giveTo(Predicate<Frame> sender);

	}

}
