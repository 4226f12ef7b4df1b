package io.privsep.autoconfigure;

/**
 * A context asks for what the application cannot give.
 */
final class InsufficientRightsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String context;

	private final String action;

	InsufficientRightsException(String context, String message, String action) {
		super(message);
		this.context = context;
		this.action = action;
	}

	InsufficientRightsException(String context, String message) {
		this(context, message,
				"Install the helpers, as root: 'java -Djarmode=privsep -jar app.jar install --app-user <user>"
						+ " --launcher sudo' (or systemd). Or start the application as root, and let it become its own"
						+ " user with 'privsep.drop-root.user'. For development, 'privsep.mode=unprivileged' runs"
						+ " helpers with the application's own rights.");
	}

	String action() {
		return this.action;
	}

	String context() {
		return this.context;
	}

}
