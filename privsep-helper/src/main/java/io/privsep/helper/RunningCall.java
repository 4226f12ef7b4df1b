package io.privsep.helper;

import org.jspecify.annotations.Nullable;

/**
 * A call that has no reply yet, and the thread to interrupt when it is cancelled.
 * <p>
 * An interrupt that hits a thread at the connection would close the connection. So it is
 * sent only between {@link #enter()} and {@link #leave()}, and what of it the function
 * left is cleared in the latter, under the same lock.
 */
final class RunningCall {

	private final int id;

	private @Nullable Thread thread;

	private boolean cancelled;

	RunningCall(int id) {
		this.id = id;
	}

	int id() {
		return this.id;
	}

	/**
	 * The function begins in this thread.
	 */
	synchronized void enter() {
		this.thread = Thread.currentThread();
		if (this.cancelled) {
			this.thread.interrupt();
		}
	}

	/**
	 * The function has ended.
	 */
	synchronized void leave() {
		this.thread = null;
		Thread.interrupted();
	}

	/**
	 * Where its function is.
	 * @return its frames, innermost first; none where it does not run
	 */
	synchronized StackTraceElement[] stackTrace() {
		return (this.thread != null) ? this.thread.getStackTrace() : new StackTraceElement[0];
	}

	synchronized void cancel() {
		this.cancelled = true;
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

}
