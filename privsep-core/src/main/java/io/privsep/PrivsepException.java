package io.privsep;

import org.jspecify.annotations.Nullable;

/**
 * Root of the exceptions that a call of a function may throw in addition to the
 * function's own.
 */
public class PrivsepException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String context;

	private final String function;

	/**
	 * Makes one.
	 * @param context name of the context
	 * @param function name of the function, such as {@code Motd.update}
	 * @param message what has happened, with the context
	 * @param cause what has led to it, if that is known
	 */
	public PrivsepException(String context, String function, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.context = context;
		this.function = function;
	}

	/**
	 * Name of the context that was called.
	 * @return the name of the context
	 */
	public String context() {
		return this.context;
	}

	/**
	 * Name of the function that was called, such as {@code Motd.update}.
	 * @return the name of the function
	 */
	public String function() {
		return this.function;
	}

}
