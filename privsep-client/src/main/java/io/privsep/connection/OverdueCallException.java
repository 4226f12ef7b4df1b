package io.privsep.connection;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.Reply;

/**
 * A function goes on though its call was cancelled.
 */
public final class OverdueCallException extends IOException {

	private static final long serialVersionUID = 1L;

	private final transient Reply.@Nullable Cancelled cancelled;

	OverdueCallException(String message, Reply.@Nullable Cancelled cancelled) {
		super(message);
		this.cancelled = cancelled;
	}

	/**
	 * What the helper has said of the call.
	 * @return where the function was; {@code null} if the helper has not said so
	 */
	public Reply.@Nullable Cancelled cancelled() {
		return this.cancelled;
	}

}
