package io.privsep.value;

import org.jspecify.annotations.Nullable;

/**
 * A value cannot be written, or what was received is not taken for one. It costs its own
 * call: the connection goes on.
 */
public final class UnacceptableValueException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnacceptableValueException(String message) {
		this(message, null);
	}

	/**
	 * Makes one.
	 * @param message why the value is not acceptable
	 * @param cause what was thrown when it was made or read; {@code null} if nothing was
	 */
	public UnacceptableValueException(@Nullable String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	UnacceptableValueException of(ValueCodec codec) {
		return new UnacceptableValueException(
				"A value of type '" + codec.typeName() + "' is not acceptable: " + getMessage(), getCause());
	}

}
