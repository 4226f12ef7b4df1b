package io.privsep.wire;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that the protocol does not allow. Their reader ends the connection.
 */
public final class MalformedFrameException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Makes one.
	 * @param message what is wrong with the frame
	 */
	public MalformedFrameException(String message) {
		this(message, null);
	}

	/**
	 * Makes one.
	 * @param message what is wrong with the frame
	 * @param cause what has found that
	 */
	public MalformedFrameException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
