package io.privsep.channel;

/**
 * The connection ended before a message was sent.
 */
final class ConnectionEndedException extends Exception {

	private static final long serialVersionUID = 1L;

	ConnectionEndedException(Throwable cause) {
		super(cause.getMessage(), cause);
	}

}
