package io.privsep.autoconfigure;

import java.util.List;

/**
 * The application was started in the place of a command.
 */
final class JarModeException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String mode;

	private final transient List<String> arguments;

	/**
	 * Makes an exception.
	 * @param mode the jar mode that was meant
	 * @param arguments what was to be done in it
	 */
	JarModeException(String mode, List<String> arguments) {
		super("Jar mode '" + mode + "' has no effect here, and the application would have started instead");
		this.mode = mode;
		this.arguments = arguments;
	}

	String mode() {
		return this.mode;
	}

	List<String> arguments() {
		return this.arguments;
	}

}
