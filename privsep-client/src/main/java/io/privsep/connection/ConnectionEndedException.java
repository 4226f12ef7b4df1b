package io.privsep.connection;

/**
 * The connection ended before a message was sent.
 */
public final class ConnectionEndedException extends Exception {

	private static final long serialVersionUID = 1L;

	ConnectionEndedException(Throwable cause) {
		super(cause.getMessage(), cause);
	}

}
