package io.privsep.channel;

import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.privsep.function.PrivilegedFunction;
import io.privsep.wire.Frame;
import io.privsep.wire.Reply;

/**
 * A call that is not answered yet: in the line for a slot, or sent.
 */
final class PendingCall {

	private final int id;

	private final PrivilegedFunction function;

	private @Nullable Frame frame;

	private final long timeout;

	private final Thread caller = Thread.currentThread();

	private final boolean callerMayRead = !VirtualThreads.isVirtual(this.caller);

	private volatile boolean hasSlot;

	private volatile @Nullable Connection connection;

	private volatile long deadline;

	private volatile @Nullable Reply reply;

	private volatile boolean lost;

	private volatile boolean maybeSent = true;

	private volatile long end;

	private volatile long cancelDeadline;

	private volatile boolean abandoned;

	private volatile boolean cancelSent;

	private boolean slotTaken;

	/**
	 * Makes a call of the current thread.
	 * @param id its number
	 * @param function the function
	 * @param timeout how long the answer may take from when it is sent, in nanoseconds
	 */
	PendingCall(int id, PrivilegedFunction function, long timeout) {
		this.id = id;
		this.function = function;
		this.timeout = timeout;
	}

	// How long the answer may take from when the call is sent, in nanoseconds.
	long timeout() {
		return this.timeout;
	}

	int id() {
		return this.id;
	}

	PrivilegedFunction function() {
		return this.function;
	}

	/**
	 * Gives the call its frame. Before it goes into the line only a small one: others
	 * take memory, and are for the caller to send.
	 * @param toSend the frame
	 */
	void setFrame(Frame toSend) {
		this.frame = toSend;
	}

	// What is to be sent, or {@code null} if only the caller has it.
	@Nullable Frame frame() {
		return this.frame;
	}

	// What is to be sent, which then is not kept until the answer comes.
	Frame takeFrame() {
		Frame toSend = Objects.requireNonNull(this.frame);
		this.frame = null;
		return toSend;
	}

	// Whether the thread that waits for this call can take the role of the reader.
	boolean callerMayRead() {
		return this.callerMayRead && !this.abandoned;
	}

	// Out of the line: the caller is to send the call itself.
	void grantSlot() {
		this.hasSlot = true;
		wakeUp();
	}

	/**
	 * Notes that the call is being sent, by its caller or, out of the line, by whoever
	 * has freed its slot.
	 * @param on the connection that it goes to, which has its slot from now on
	 */
	void sendOn(Connection on) {
		this.deadline = System.nanoTime() + this.timeout;
		this.connection = on;
		this.hasSlot = true;
	}

	boolean hasSlot() {
		return this.hasSlot;
	}

	// The connection that the call was sent to, or {@code null} if it was not sent yet.
	@Nullable Connection connection() {
		return this.connection;
	}

	/**
	 * Takes the slot from a call that was sent, to give it to another.
	 * @return whether it still had it
	 */
	synchronized boolean takeSlot() {
		boolean had = !this.slotTaken;
		this.slotTaken = true;
		return had;
	}

	// When the answer is too late, as of {@link System#nanoTime}.
	long deadline() {
		return this.deadline;
	}

	void answer(Reply answer) {
		this.reply = answer;
	}

	// Where its frame ends among all bytes of the connection, if it was sent out of the
	// line; else zero.
	void setEnd(long end) {
		this.end = end;
	}

	long end() {
		return this.end;
	}

	/**
	 * Notes that no answer will come.
	 * @param maybeSent whether all of the call may have been sent; if not, the function
	 * certainly does not run
	 */
	void lose(boolean maybeSent) {
		this.maybeSent = maybeSent;
		this.lost = true;
		wakeUp();
	}

	void wakeUp() {
		if (this.caller != Thread.currentThread()) {
			LockSupport.unpark(this.caller);
		}
	}

	// The caller waits no longer; the slot stays taken until the helper answers.
	void abandon(long deadline) {
		this.cancelDeadline = deadline;
		this.abandoned = true;
	}

	// Whether the helper is still to be told that nobody waits any longer.
	boolean isToBeCancelled() {
		return this.abandoned && !this.cancelSent;
	}

	void setCancelSent() {
		this.cancelSent = true;
	}

	boolean isOverdue(long now) {
		return this.abandoned && now - this.cancelDeadline > 0;
	}

	boolean isDone() {
		return this.reply != null || this.lost;
	}

	// Whether the connection was lost before all of the call was sent.
	boolean isUnsent() {
		return !this.maybeSent;
	}

	// The answer, or {@code null} if the connection was lost before it came.
	@Nullable Reply reply() {
		return this.reply;
	}

}
