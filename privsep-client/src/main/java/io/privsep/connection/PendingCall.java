package io.privsep.connection;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.function.PrivilegedFunction;
import io.privsep.wire.Frame;
import io.privsep.wire.Reply;

/**
 * A call that has no reply yet: in the queue for a slot, or sent.
 */
public final class PendingCall {

	private static final Logger logger = LoggerFactory.getLogger(PendingCall.class);

	private final int id;

	private final PrivilegedFunction function;

	private @Nullable Frame frame;

	private final long timeout;

	private final Thread caller = Thread.currentThread();

	private final boolean callerMayLead;

	private final AtomicReference<CallState> state = new AtomicReference<>(CallState.NEW);

	/** Whether it has its slot, after it was taken. */
	private final AtomicBoolean slot = new AtomicBoolean(true);

	private volatile @Nullable Connection connection;

	private volatile long deadline;

	private volatile long end;

	private volatile long cancelDeadline;

	private @Nullable Reply reply;

	private volatile Reply.@Nullable Cancelled cancelled;

	PendingCall(int id, PrivilegedFunction function, long timeout) {
		this(id, function, timeout, Machine.OF_JVM.threads());
	}

	/**
	 * Makes a call of the current thread.
	 * @param id its number
	 * @param function the function
	 * @param timeout how long the reply may take from when it is sent, in nanoseconds
	 * @param threads says whether the thread may read
	 */
	public PendingCall(int id, PrivilegedFunction function, long timeout, Machine.Threads threads) {
		this.callerMayLead = threads.mayLead(this.caller);
		this.id = id;
		this.function = function;
		this.timeout = timeout;
	}

	/**
	 * How long the reply may take from when the call is sent.
	 * @return nanoseconds
	 */
	public long timeout() {
		return this.timeout;
	}

	/**
	 * Its number on the wire.
	 * @return the number
	 */
	public int id() {
		return this.id;
	}

	/**
	 * The function that is called.
	 * @return the function
	 */
	public PrivilegedFunction function() {
		return this.function;
	}

	/**
	 * Gives the call its frame. Before it goes into the queue only a small one: others
	 * take memory, and are for the caller to send.
	 * @param toSend the frame
	 */
	public void setFrame(Frame toSend) {
		this.frame = toSend;
	}

	// What is to be sent, or {@code null} if only the caller has it.
	@Nullable Frame frame() {
		return this.frame;
	}

	// What is to be sent, which then is not kept until the reply comes.
	Frame takeFrame() {
		Frame toSend = Objects.requireNonNull(this.frame);
		this.frame = null;
		return toSend;
	}

	// Whether the thread that waits for this call can become the leader.
	boolean callerMayLead() {
		return this.callerMayLead && !this.state.get().isAbandoned();
	}

	/** Notes that it is out of the queue: the caller is to send the call itself. */
	public void grantSlot() {
		to(CallState.GRANTED);
		wakeUp();
	}

	/**
	 * Notes that a connection has taken the call. Its caller is to send it or, out of the
	 * queue, it is among those that are being sent.
	 * @param on the connection, which has its slot from now on
	 */
	void takenBy(Connection on) {
		this.deadline = on.nanoTime() + this.timeout;
		this.connection = on;
		to((this.end > 0) ? CallState.SENT : CallState.TAKEN);
	}

	/** Notes that its caller has sent it, in one step with that. */
	void setSent() {
		to(CallState.SENT);
	}

	/** Notes that it was not sent, and will not be. */
	public void setUnsent() {
		to(CallState.UNSENT);
	}

	/**
	 * Whether it has got a slot out of the queue.
	 * @return whether it has; then it may have been sent already
	 */
	public boolean isOutOfQueue() {
		return this.state.get() != CallState.NEW;
	}

	/**
	 * The connection that the call was sent to.
	 * @return the connection; {@code null} if it was not sent yet
	 */
	public @Nullable Connection connection() {
		return this.connection;
	}

	/**
	 * Takes the slot from a call that was sent, to give it to another.
	 * @return whether it still had it
	 */
	boolean takeSlot() {
		return this.slot.getAndSet(false);
	}

	// When the reply is too late, as of {@link System#nanoTime}.
	long deadline() {
		return this.deadline;
	}

	void complete(Reply reply) {
		this.reply = reply;
		to(CallState.REPLIED);
	}

	// Where its frame ends among all bytes of the connection, if it was sent out of the
	// queue; else zero.
	void setEnd(long end) {
		this.end = end;
	}

	/**
	 * Notes that no reply will come, once nothing can be sent any more.
	 * @param maybeSent of what was sent together, how many bytes may have been: if not
	 * all of the call was, the function certainly does not run
	 */
	void lose(long maybeSent) {
		boolean unsent = this.state.get() == CallState.TAKEN || this.end > maybeSent;
		to(unsent ? CallState.UNSENT : CallState.LOST);
		wakeUp();
	}

	void wakeUp() {
		if (this.caller != Thread.currentThread()) {
			LockSupport.unpark(this.caller);
		}
	}

	/**
	 * Notes that the caller waits no longer. The slot stays taken until the call ends.
	 * @param cancelDeadline until when the function may ignore its cancellation
	 * @return whether the call had not ended yet
	 */
	boolean abandon(long cancelDeadline) {
		this.cancelDeadline = cancelDeadline;
		return to(CallState.ABANDONED);
	}

	// What the helper says of it before it interrupts the function.
	void setCancelled(Reply.Cancelled cancelled) {
		this.cancelled = cancelled;
		wakeUp();
	}

	/**
	 * What the helper has said of the call when it was cancelled.
	 * @return where the function was; {@code null} if it was not cancelled, or the helper
	 * has not said so yet
	 */
	public Reply.@Nullable Cancelled cancelled() {
		return this.cancelled;
	}

	// Whether the helper is still to be told that nobody waits any longer.
	boolean isToBeCancelled() {
		return this.state.get() == CallState.ABANDONED;
	}

	void setCancelSent() {
		to(CallState.CANCELLED);
	}

	boolean isOverdue(long now) {
		return this.state.get().isAbandoned() && now - this.cancelDeadline > 0;
	}

	boolean isDone() {
		return this.state.get().isEnd();
	}

	/**
	 * Whether it was not sent, and will not be.
	 * @return whether the function certainly does not run
	 */
	public boolean isUnsent() {
		return this.state.get() == CallState.UNSENT;
	}

	/**
	 * The reply.
	 * @return the reply; {@code null} if the connection was lost before it came
	 */
	public @Nullable Reply reply() {
		return (this.state.get() == CallState.REPLIED) ? this.reply : null;
	}

	// The one place where the state changes. What comes too late changes nothing.
	private boolean to(CallState next) {
		CallState now = this.state.get();
		while (now.mayBecome(next)) {
			if (this.state.compareAndSet(now, next)) {
				if (logger.isTraceEnabled()) {
					logger.trace("Call {} of '{}' {} -> {}", this.id, this.function.name(), now, next);
				}
				return true;
			}
			now = this.state.get();
		}
		return false;
	}

}
