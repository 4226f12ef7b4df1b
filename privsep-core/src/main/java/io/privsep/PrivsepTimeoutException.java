package io.privsep;

import org.jspecify.annotations.Nullable;

/**
 * No reply came in time; the function was cancelled, it may have run.
 */
public class PrivsepTimeoutException extends PrivsepException {

	private static final long serialVersionUID = 1L;

	/**
	 * Makes one, such as in a test of what the application does then.
	 * @param context name of the context
	 * @param function name of the function, such as {@code Motd.update}
	 * @param message what has happened, with the context
	 * @param cause what has led to it, if that is known
	 */
	public PrivsepTimeoutException(String context, String function, String message, @Nullable Throwable cause) {
		super(context, function, message, cause);
	}

}
