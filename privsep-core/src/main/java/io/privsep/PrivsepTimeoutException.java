package io.privsep;

import org.jspecify.annotations.Nullable;

/**
 * No reply came in time; the function was cancelled, it may have run.
 */
public class PrivsepTimeoutException extends PrivsepException {

	private static final long serialVersionUID = 1L;

	public PrivsepTimeoutException(String context, String function, String message, @Nullable Throwable cause) {
		super(context, function, message, cause);
	}

}
