package io.privsep.thrown;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.Thrown;

/**
 * Makes exceptions of one class.
 */
@FunctionalInterface
interface ExceptionMaker {

	/**
	 * Makes an exception.
	 * @param thrown what the function threw
	 * @param message the message that it is to have
	 * @param cause its cause, which it need not take
	 * @return the exception, or {@code null} if it would not be the same
	 */
	@Nullable Throwable make(Thrown thrown, @Nullable String message, @Nullable Throwable cause);

}
