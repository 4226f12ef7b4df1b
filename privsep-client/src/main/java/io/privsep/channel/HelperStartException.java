package io.privsep.channel;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
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

	private final transient List<String> stderrTail;

	private final boolean isFinal;

	private final @Nullable String memory;

	HelperStartException(String context, String message, List<String> stderrTail, @Nullable Throwable cause) {
		this(context, message, stderrTail, cause, false, null);
	}

	/**
	 * Makes one.
	 * @param context name of the context
	 * @param message what happened
	 * @param stderrTail what the helper said last on its standard error
	 * @param cause why, if that is known
	 * @param isFinal whether another start would fail for the same reason
	 * @param memory that it ended for want of memory, as a sentence, if it did
	 */
	HelperStartException(String context, String message, List<String> stderrTail, @Nullable Throwable cause,
			boolean isFinal, @Nullable String memory) {
		// a helper gone bad may have chosen a part of it
		super(LogLine.printable(message, MAX_LENGTH), isOfConnection(cause) ? null : cause);
		if (cause != null && getCause() == null) {
			addSuppressed(cause);
		}
		this.context = context;
		this.stderrTail = stderrTail;
		this.isFinal = isFinal;
		this.memory = memory;
	}

	HelperStartException(String context, String message, @Nullable Throwable cause) {
		this(context, message, List.of(), cause);
	}

	/**
	 * The same with what may be the reason.
	 * @param remark a sentence, or nothing
	 * @return the failure
	 */
	HelperStartException with(String remark) {
		if (remark.isEmpty()) {
			return this;
		}
		Throwable cause = (getCause() != null || getSuppressed().length == 0) ? getCause() : getSuppressed()[0];
		return new HelperStartException(this.context, getMessage() + "; " + remark, this.stderrTail, cause,
				this.isFinal, this.memory);
	}

	/**
	 * What to say of why a helper is lost. The system's own words would make Spring MVC
	 * believe that its client is gone, and send nothing
	 * ({@code org.springframework.web.util.DisconnectedClientHelper}).
	 * @param why why
	 * @return a sentence
	 */
	static String sentence(Throwable why) {
		String message = why.getMessage();
		if (why instanceof ClosedChannelException
				|| message != null && isOfConnection(why) && SYSTEMS_WORDS.matcher(message).find()) {
			return "The connection ended";
		}
		// of others the message says little without the name of the class, such as a path
		// alone
		boolean isSentence = why.getClass() == IOException.class || why instanceof EOFException
				|| why.getClass().getName().startsWith("io.privsep.");
		return (message != null && isSentence) ? message : why.toString();
	}

	// Nor may it be the cause, for the same reason.
	private static boolean isOfConnection(@Nullable Throwable cause) {
		return cause instanceof IOException && cause.getClass().getName().startsWith("java.");
	}

	/**
	 * Whether another start would fail for the same reason, as far as that is known.
	 * @return whether it would; {@code false} for what may have been a race
	 */
	boolean isFinal() {
		return this.isFinal;
	}

	// That the helper ended for want of memory, as a sentence, if it did.
	@Nullable String memory() {
		return this.memory;
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
		return this.stderrTail.isEmpty() ? String.valueOf(getMessage())
				: getMessage() + "; it said: " + String.join(" | ", this.stderrTail);
	}

	/**
	 * What the helper said last on its standard error.
	 * @return the last lines
	 */
	public List<String> stderrTail() {
		return this.stderrTail;
	}

}
