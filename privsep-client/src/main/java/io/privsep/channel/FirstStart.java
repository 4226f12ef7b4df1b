package io.privsep.channel;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * The first start of all helpers of a context, spares as well: an application that gives
 * up its rights then can start none later.
 */
final class FirstStart {

	private final CompletableFuture<Void> done = new CompletableFuture<>();

	private int left;

	private @Nullable HelperStartException failure;

	private volatile boolean isHopeless;

	/**
	 * Makes it.
	 * @param helpers how many are started
	 */
	FirstStart(int helpers) {
		this.left = helpers;
	}

	/**
	 * Is done when all have started.
	 * @return fails with the first {@link HelperStartException}, if one does not start
	 */
	CompletableFuture<Void> done() {
		return this.done;
	}

	/**
	 * Whether a helper has failed for a reason that no other attempt changes.
	 * @return whether one has
	 */
	boolean isHopeless() {
		return this.isHopeless;
	}

	boolean isDone() {
		return this.done.isDone();
	}

	/**
	 * Counts a helper. Not safe for use by several threads.
	 * @param failure why it did not start, or {@code null} if it has
	 */
	void count(@Nullable HelperStartException failure) {
		this.failure = (this.failure != null) ? this.failure : failure;
		this.isHopeless |= failure != null && failure.isFinal();
		if (--this.left > 0) {
			return;
		}
		if (this.failure != null) {
			this.done.completeExceptionally(this.failure);
		}
		else {
			this.done.complete(null);
		}
	}

	void giveUp(String context, @Nullable String obstacle) {
		String why = (obstacle != null) ? obstacle : "the application was closed";
		this.done.completeExceptionally(new HelperStartException(context, why, new IOException(why)));
	}

}
