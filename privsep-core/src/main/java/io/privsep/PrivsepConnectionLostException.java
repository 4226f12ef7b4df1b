package io.privsep;

import org.jspecify.annotations.Nullable;

/**
 * The helper ended during the call; the function may have run.
 */
public class PrivsepConnectionLostException extends PrivsepException {

	private static final long serialVersionUID = 1L;

	/**
	 * Makes one, such as in a test of what the application does then.
	 * @param context name of the context
	 * @param function name of the function, such as {@code Motd.update}
	 * @param message what has happened, with the context
	 * @param cause what has led to it, if that is known
	 */
	public PrivsepConnectionLostException(String context, String function, String message, @Nullable Throwable cause) {
		super(context, function, message, cause);
	}

}
