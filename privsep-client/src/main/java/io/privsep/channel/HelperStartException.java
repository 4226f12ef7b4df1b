package io.privsep.channel;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.LogLine;

/**
 * A helper could not be started, or did not become one.
 */
public final class HelperStartException extends Exception {

	private static final long serialVersionUID = 1L;

	private static final int MAX_LENGTH = 8192;

	private static final Pattern SYSTEMS_WORDS = Pattern.compile("(?i)broken pipe|connection reset");

	private final String context;

	private final transient List<String> lastWords;

	HelperStartException(String context, String message, List<String> lastWords, @Nullable Throwable cause) {
		// a helper gone bad may have chosen a part of it
		super(LogLine.printable(message, MAX_LENGTH), isOfConnection(cause) ? null : cause);
		if (cause != null && getCause() == null) {
			addSuppressed(cause);
		}
		this.context = context;
		this.lastWords = lastWords;
	}

	HelperStartException(String context, String message, @Nullable Throwable cause) {
		this(context, message, List.of(), cause);
	}

	/**
	 * What to say of why a helper is lost. The system's own words would make Spring MVC
	 * believe that its client is gone, and answer nothing
	 * ({@code org.springframework.web.util.DisconnectedClientHelper}).
	 * @param why why
	 * @return a sentence
	 */
	static @Nullable String sentence(Throwable why) {
		String message = why.getMessage();
		return (message != null && isOfConnection(why) && SYSTEMS_WORDS.matcher(message).find())
				? "The connection ended" : message;
	}

	// Nor may it be the cause, for the same reason.
	private static boolean isOfConnection(@Nullable Throwable cause) {
		return cause instanceof IOException && cause.getClass().getName().startsWith("java.");
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
