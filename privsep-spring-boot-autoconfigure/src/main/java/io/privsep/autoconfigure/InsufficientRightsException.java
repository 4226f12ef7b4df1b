package io.privsep.autoconfigure;

/**
 * A context asks for what the application cannot give.
 */
final class InsufficientRightsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String context;

	InsufficientRightsException(String context, String message) {
		super(message);
		this.context = context;
	}

	String context() {
		return this.context;
	}

}
