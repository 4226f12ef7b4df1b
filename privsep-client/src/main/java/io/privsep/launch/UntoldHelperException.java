package io.privsep.launch;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A helper could not be sent its definition.
 */
public final class UntoldHelperException extends IOException {

	private static final long serialVersionUID = 1L;

	private static final Pattern SYSTEMS_WORDS = Pattern.compile("(?i)broken pipe|connection reset");

	private final transient HelperEnd end;

	UntoldHelperException(HelperEnd end, List<String> stderrTail, IOException why) {
		super("the helper ended (" + end.text() + ") before it had its definition" + reason(why)
				+ (stderrTail.isEmpty() ? "" : "; it said: " + String.join(" | ", stderrTail)), why);
		this.end = end;
	}

	// That the helper has closed its end is said already. Anything else is the
	// application's own reason, of which the helper knows nothing.
	private static String reason(IOException why) {
		return SYSTEMS_WORDS.matcher(why.toString()).find() ? "" : ", as the application could not write to it: " + why;
	}

	/**
	 * How the helper has ended.
	 * @return its end
	 */
	public HelperEnd end() {
		return this.end;
	}

}
