package io.privsep.definition;

/**
 * A text that does not define a helper: a key is missing, unknown, there twice or has no
 * valid value.
 */
public final class InvalidDefinitionException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	InvalidDefinitionException(String message, Throwable cause) {
		super(message, cause);
	}

}
