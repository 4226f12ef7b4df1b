package io.privsep.demo.web;

import java.io.IOException;

/**
 * Thrown when the system has forbidden something, with the system's own message.
 */
final class ForbiddenException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	ForbiddenException(IOException cause) {
		super(cause.getMessage(), cause);
	}

}
