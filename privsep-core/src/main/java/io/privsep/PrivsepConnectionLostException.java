package io.privsep;

import org.jspecify.annotations.Nullable;

/**
 * The helper ended during the call; the function may have run.
 */
public class PrivsepConnectionLostException extends PrivsepException {

	private static final long serialVersionUID = 1L;

	public PrivsepConnectionLostException(String context, String function, String message, @Nullable Throwable cause) {
		super(context, function, message, cause);
	}

}
