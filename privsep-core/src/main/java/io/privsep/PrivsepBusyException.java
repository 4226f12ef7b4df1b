package io.privsep;

import org.jspecify.annotations.Nullable;

/**
 * No slot became free in time; the function did not run.
 */
public class PrivsepBusyException extends PrivsepException {

	private static final long serialVersionUID = 1L;

	public PrivsepBusyException(String context, String function, String message, @Nullable Throwable cause) {
		super(context, function, message, cause);
	}

}
