package io.privsep.value;

/**
 * A value is well-formed, and still not taken: a record's own constructor threw, or too
 * many elements of a set have the same hash code.
 */
public final class UnacceptableValueException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnacceptableValueException(String message, Throwable cause) {
		super(message, cause);
	}

}
