package io.privsep.connection;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.HelperDefinition;
import io.privsep.wire.FrameBody;
import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.Reply;

/**
 * Reads what a helper sends, and gives it to whom it is for.
 * <p>
 * There is no thread that reads for the callers: a caller that waits for its reply
 * becomes the leader if there is none, hands others their replies, and passes the
 * leadership on when it leaves. So a reply usually wakes just the thread that wants it.
 * The monitor, a thread of the channel, reads where no caller can: while none waits, and
 * for callers on virtual threads, which would pin their carriers in a selector.
 */
public final class ReplyReader {

	private final Connection connection;

	private final Transport transport;

	private final FrameOutput output;

	private final InFlightCalls calls;

	private final Slots slots;

	private final Heartbeat heartbeat;

	private final Consumer<String> log;

	private final int maxFrameLength;

	private final ReentrantLock leadership = new ReentrantLock();

	/** Only for the leader. */
	private final ReplyFrames frames;

	/** Only for the leader. */
	private final QueueSender queueSender;

	/** Calls that have ended; only for the leader. */
	private final List<PendingCall> ended = new ArrayList<>();

	private final LongSupplier clock;

	private volatile long lastDelivery;

	private volatile Reply.@Nullable Ready ready;

	ReplyReader(Connection connection, Transport transport, FrameOutput output, InFlightCalls calls, Slots slots,
			Heartbeat heartbeat, Consumer<String> log, int maxFrameLength, LongSupplier clock) {
		this.clock = clock;
		this.lastDelivery = clock.getAsLong();
		this.connection = connection;
		this.transport = transport;
		this.output = output;
		this.calls = calls;
		this.slots = slots;
		this.heartbeat = heartbeat;
		this.log = log;
		this.maxFrameLength = maxFrameLength;
		this.queueSender = new QueueSender(connection, output);
		// READY of an installed helper tells all that it was installed with
		this.frames = new ReplyFrames(transport, Math.max(maxFrameLength, 2 * HelperDefinition.MAX_LENGTH), clock);
	}

	/**
	 * Waits for READY.
	 * @param timeout how long
	 * @return what it says of itself, or {@code null} if it does not in time
	 * @throws IOException if the connection ends before
	 */
	public Reply.@Nullable Ready awaitReady(Duration timeout) throws IOException {
		long deadline = this.clock.getAsLong() + timeout.toNanos();
		while (this.connection.state() == ConnectionState.OPENING) {
			long left = deadline - this.clock.getAsLong();
			if (left <= 0) {
				return null;
			}
			if (Thread.interrupted()) {
				throw new InterruptedIOException("interrupted while the helper was started");
			}
			readUpTo(left);
		}
		Throwable end = this.connection.isOpen() ? null : this.connection.reason();
		if (end != null) {
			throw new IOException(end.getMessage(), end);
		}
		return this.ready;
	}

	/**
	 * Waits for the reply of a call, and reads meanwhile if nobody else does.
	 * @param call the call
	 * @return whether the call has ended in time, with a reply or by the loss of the
	 * connection
	 * @throws InterruptedException if the caller is interrupted
	 */
	public boolean await(PendingCall call) throws InterruptedException {
		long deadline = call.deadline();
		while (!call.isDone()) {
			long left = deadline - this.clock.getAsLong();
			if (left <= 0) {
				return false;
			}
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			if (call.callerMayLead() && this.leadership.tryLock()) {
				try {
					while (!call.isDone() && left > 0 && !Thread.currentThread().isInterrupted()) {
						readUpTo(left);
						left = deadline - this.clock.getAsLong();
					}
				}
				finally {
					this.leadership.unlock();
					passLeadershipOn(call);
				}
			}
			else {
				LockSupport.parkNanos(this, left);
			}
		}
		return true;
	}

	/**
	 * Waits for what the helper says of a call that was cancelled, which the monitor
	 * reads.
	 * @param call the call
	 * @param nanos how long
	 */
	public void awaitCancelled(PendingCall call, long nanos) {
		long deadline = this.clock.getAsLong() + nanos;
		long left = nanos;
		while (call.cancelled() == null && !call.isDone() && left > 0 && !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(this, left);
			left = deadline - this.clock.getAsLong();
		}
	}

	/**
	 * Reads, if nobody else does.
	 * @param nanos the longest wait
	 * @return whether nobody else did
	 */
	boolean tryReadUpTo(long nanos) {
		if (!this.leadership.tryLock()) {
			return false;
		}
		try {
			readUpTo(nanos);
		}
		finally {
			this.leadership.unlock();
			passLeadershipOn(null);
		}
		return true;
	}

	// Delivers what has come, or waits for more.
	private void readUpTo(long nanos) {
		try {
			FrameBody body = this.frames.next();
			if (body == null && this.slots.hasQueue()) {
				// with so many threads about, the reply may come before this one sleeps
				Thread.yield();
				body = this.frames.next();
			}
			if (body == null) {
				this.output.writeRest();
				this.transport.awaitReadable(this.output.hasRest(), nanos);
				return;
			}
			while (body != null) {
				deliver(Reply.read(body));
				body = this.frames.hasNext() ? this.frames.next() : null;
			}
			this.queueSender.send();
		}
		catch (Throwable ex) {
			// without memory for a frame, too: nobody knows then what comes next
			this.connection.end(ex);
		}
		finally {
			this.queueSender.leave();
			this.ended.forEach(PendingCall::wakeUp);
			this.ended.clear();
		}
	}

	private void deliver(Reply reply) {
		this.lastDelivery = this.clock.getAsLong();
		if (reply instanceof Reply.Returned returned) {
			end(returned.id(), reply);
		}
		else if (reply instanceof Reply.Threw threw) {
			end(threw.id(), reply);
		}
		else if (reply instanceof Reply.Refused refused) {
			end(refused.id(), reply);
		}
		else if (reply instanceof Reply.Invalid invalid) {
			end(invalid.id(), reply);
		}
		else if (reply instanceof Reply.Pong && this.ready != null && this.heartbeat.take()) {
			// also unasked, by a helper that has had nothing else to say for minutes
			return;
		}
		else if (reply instanceof Reply.Cancelled cancelled) {
			this.calls.setCancelled(cancelled);
		}
		else if (reply instanceof Reply.Logged logged) {
			this.log.accept(logged.line());
		}
		else if (reply instanceof Reply.Ready first) {
			setReady(first);
		}
		else {
			throw new MalformedFrameException("The helper replied without a request");
		}
	}

	private void setReady(Reply.Ready first) {
		if (this.ready != null) {
			throw new MalformedFrameException("The helper says a second time that it is ready");
		}
		this.frames.setMaxLength(this.maxFrameLength);
		this.ready = first;
		this.connection.to(ConnectionState.READY, null);
	}

	private void end(int id, Reply reply) {
		PendingCall call = this.calls.removeReplied(id);
		// first, as the caller may make its next call at once
		PendingCall next = this.calls.takeSlot(call);
		try {
			call.complete(reply);
			this.ended.add(call);
		}
		finally {
			if (next != null) {
				this.queueSender.add(next);
			}
		}
	}

	private void passLeadershipOn(@Nullable PendingCall leaving) {
		if (!this.calls.passLeadershipOn(leaving)) {
			this.connection.unparkMonitor();
		}
	}

	// When something came from the helper.
	long lastDelivery() {
		return this.lastDelivery;
	}

	/**
	 * Sends nothing more, and waits for the helper's end; what it logs is logged.
	 * @param patience how long it waits at most
	 */
	public void awaitEnd(Duration patience) {
		this.leadership.lock();
		try {
			EndInOrder.await(this.transport, this.frames, this.log, patience, this.clock);
		}
		finally {
			this.leadership.unlock();
		}
	}

	/** Closes the transport. */
	void close() {
		// nobody else is in a selector, which would close what has been closed meanwhile
		this.leadership.lock();
		try {
			this.transport.close();
		}
		finally {
			this.leadership.unlock();
		}
	}

}
