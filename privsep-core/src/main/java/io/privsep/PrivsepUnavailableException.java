package io.privsep;

import org.jspecify.annotations.Nullable;

/**
 * There is no helper to ask; the function did not run.
 */
public class PrivsepUnavailableException extends PrivsepException {

	private static final long serialVersionUID = 1L;

	/**
	 * Makes one, such as in a test of what the application does then.
	 * @param context name of the context
	 * @param function name of the function, such as {@code Motd.update}
	 * @param message what has happened, with the context
	 * @param cause what has led to it, if that is known
	 */
	public PrivsepUnavailableException(String context, String function, String message, @Nullable Throwable cause) {
		super(context, function, message, cause);
	}

}
