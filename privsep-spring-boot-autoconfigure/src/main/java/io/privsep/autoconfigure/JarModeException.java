package io.privsep.autoconfigure;

import java.util.List;

/**
 * The application was started in the place of a command.
 */
final class JarModeException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String mode;

	private final transient List<String> words;

	/**
	 * Makes an exception.
	 * @param mode the jar mode that was meant
	 * @param words what was to be done in it
	 */
	JarModeException(String mode, List<String> words) {
		super("Jar mode '" + mode + "' has no effect here, and the application would have started instead");
		this.mode = mode;
		this.words = words;
	}

	String mode() {
		return this.mode;
	}

	List<String> words() {
		return this.words;
	}

}
