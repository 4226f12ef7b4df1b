package io.privsep.command;

import java.io.IOException;

/**
 * A helper must not, or cannot, be started as the application was started or is
 * configured; another attempt would end in the same way.
 */
public final class RefusedStartException extends IOException {

	private static final long serialVersionUID = 1L;

	/**
	 * Makes one.
	 * @param message why, as a sentence
	 */
	public RefusedStartException(String message) {
		super(message);
	}

	// where others have to be named by their class, this is a sentence
	@Override
	public String toString() {
		return String.valueOf(getMessage());
	}

}
