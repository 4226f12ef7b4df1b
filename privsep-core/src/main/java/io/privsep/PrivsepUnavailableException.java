package io.privsep;

import org.jspecify.annotations.Nullable;

/**
 * There is no helper to ask; the function did not run.
 */
public class PrivsepUnavailableException extends PrivsepException {

	private static final long serialVersionUID = 1L;

	public PrivsepUnavailableException(String context, String function, String message, @Nullable Throwable cause) {
		super(context, function, message, cause);
	}

}
