package io.privsep.demo.web;

/**
 * Thrown for a request that the client has to change.
 */
final class BadRequestException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	BadRequestException(String message) {
		super(message);
	}

}
