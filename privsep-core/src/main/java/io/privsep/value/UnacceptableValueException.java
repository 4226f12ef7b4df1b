package io.privsep.value;

/**
 * A record's own constructor threw for a value that is otherwise well-formed.
 */
public final class UnacceptableValueException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnacceptableValueException(String message, Throwable cause) {
		super(message, cause);
	}

}
