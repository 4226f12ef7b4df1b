package io.privsep.channel;

import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import io.privsep.function.PrivilegedFunction;
import io.privsep.wire.Reply;

/**
 * A call that was sent and is not answered yet.
 */
final class PendingCall {

	private final int id;

	private final PrivilegedFunction function;

	private final Thread caller = Thread.currentThread();

	private final boolean callerMayRead = !VirtualThreads.isVirtual(this.caller);

	private volatile @Nullable Reply reply;

	private volatile boolean lost;

	private volatile long cancelDeadline;

	private volatile boolean abandoned;

	PendingCall(int id, PrivilegedFunction function) {
		this.id = id;
		this.function = function;
	}

	int id() {
		return this.id;
	}

	PrivilegedFunction function() {
		return this.function;
	}

	// Whether the thread that waits for this call can take the role of the reader.
	boolean callerMayRead() {
		return this.callerMayRead && !this.abandoned;
	}

	void answer(Reply answer) {
		this.reply = answer;
		wakeUp();
	}

	void lose() {
		this.lost = true;
		wakeUp();
	}

	void wakeUp() {
		LockSupport.unpark(this.caller);
	}

	// The caller waits no longer; the slot stays taken until the helper answers.
	void abandon(long deadline) {
		this.cancelDeadline = deadline;
		this.abandoned = true;
	}

	boolean isOverdue(long now) {
		return this.abandoned && now - this.cancelDeadline > 0;
	}

	boolean isAbandoned() {
		return this.abandoned;
	}

	boolean isDone() {
		return this.reply != null || this.lost;
	}

	// The answer, or {@code null} if the connection was lost before it came.
	@Nullable Reply reply() {
		return this.reply;
	}

}
