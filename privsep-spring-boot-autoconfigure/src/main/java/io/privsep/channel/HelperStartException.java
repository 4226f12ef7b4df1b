package io.privsep.channel;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.launch.LogLine;

/**
 * A helper could not be started, or did not become one.
 */
public final class HelperStartException extends Exception {

	private static final long serialVersionUID = 1L;

	private static final int MAX_LENGTH = 8192;

	private final String context;

	private final transient List<String> lastWords;

	HelperStartException(String context, String message, List<String> lastWords, @Nullable Throwable cause) {
		// a helper gone bad may have chosen a part of it
		super(LogLine.printable(message, MAX_LENGTH), cause);
		this.context = context;
		this.lastWords = lastWords;
	}

	HelperStartException(String context, String message, @Nullable Throwable cause) {
		this(context, message, List.of(), cause);
	}

	/**
	 * Name of the context.
	 * @return the name
	 */
	public String context() {
		return this.context;
	}

	/**
	 * What happened, with what the helper said last.
	 * @return a sentence
	 */
	String summary() {
		return this.lastWords.isEmpty() ? String.valueOf(getMessage())
				: getMessage() + "; it said: " + String.join(" | ", this.lastWords);
	}

	/**
	 * What the helper said last on its standard error.
	 * @return the last lines
	 */
	public List<String> lastWords() {
		return this.lastWords;
	}

}
