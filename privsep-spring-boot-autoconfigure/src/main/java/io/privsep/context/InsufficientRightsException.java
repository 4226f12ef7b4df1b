package io.privsep.context;

import io.privsep.command.ApplicationCommands;

/**
 * A context asks for what the application cannot give.
 */
public final class InsufficientRightsException extends RuntimeException {

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
				"Do one of these:\n\n\t- For development, set 'privsep.mode=unprivileged': helpers then run with the"
						+ " application's own rights.\n\t- Install the helpers, as root, for launcher 'sudo' or 'systemd': "
						+ ApplicationCommands.ofThisProcess()
							.installation("install --app-user " + user() + " --launcher sudo")
						+ ".\n\t- Start the application as root, and set 'privsep.drop-root.user' to the user that it"
						+ " becomes once its helpers run.");
	}

	// Root, and a user without a name, cannot be the application's.
	private static String user() {
		String name = System.getProperty("user.name", "?");
		return (name.equals("root") || name.equals("?")) ? "<user>" : ApplicationCommands.quote(name);
	}

	/**
	 * What the user can do about it.
	 * @return some sentences
	 */
	public String action() {
		return this.action;
	}

	/**
	 * The context.
	 * @return its name
	 */
	public String context() {
		return this.context;
	}

}
