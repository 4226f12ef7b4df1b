package io.privsep.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.privsep.thrown.HelperFrame;
import io.privsep.wire.LogLine;

/**
 * What a helper has logged with an event, read from its stack trace: its class is but a
 * name, as no class is loaded because a helper names it.
 */
public final class LoggedException extends Exception {

	private static final long serialVersionUID = 1L;

	private static final int MAX_EXCEPTIONS = 32;

	private static final Pattern HEADER = Pattern.compile("(\t*)(Caused by: |Suppressed: )(.*)");

	private static final Pattern FRAME = Pattern
		.compile("(\t+)at (?:([^/()]*)/)?(?:([^/()]*)/)?([^/()]+)\\.([^./()]+)\\(([^()]*?)(?::(\\d{1,9}))?\\)");

	private static final Pattern MORE = Pattern.compile("(\t+)\\.\\.\\. (\\d{1,5}) more");

	private static final Pattern TYPE = Pattern.compile("[\\w.$/]+");

	private final String type;

	private LoggedException(String type, @Nullable String message) {
		super(message);
		this.type = type;
	}

	/**
	 * Reads an exception.
	 * @param context name of the context
	 * @param stackTrace its stack trace, as the JDK prints it, from anyone
	 * @return the exception, without anything that is not printed; {@code null} if there
	 * is none
	 */
	static @Nullable LoggedException of(String context, String stackTrace) {
		if (stackTrace.isEmpty()) {
			return null;
		}
		List<Part> open = new ArrayList<>();
		Part root = new Part();
		open.add(root);
		Part last = root;
		int count = 1;
		for (String line : stackTrace.split("\r?\n", -1)) {
			Matcher header = HEADER.matcher(line);
			Matcher frame = FRAME.matcher(line);
			Matcher more = MORE.matcher(line);
			int depth = header.matches() ? header.group(1).length() : -1;
			boolean isSuppressed = depth > 0 && header.group(2).startsWith("S");
			if (header.matches() && ++count > MAX_EXCEPTIONS) {
				break;
			}
			if (depth >= 0 && depth <= open.size() - (isSuppressed ? 0 : 1)) {
				Part enclosing = open.get(isSuppressed ? depth - 1 : depth);
				last = new Part();
				last.text.append(header.group(3));
				last.enclosing = enclosing;
				if (isSuppressed) {
					enclosing.suppressed.add(last);
				}
				else {
					enclosing.cause = last;
				}
				open.subList(depth, open.size()).clear();
				open.add(last);
			}
			else if (frame.matches()) {
				last.frames.add(frame(context, frame));
			}
			else if (more.matches()) {
				last.addCommon(Integer.parseInt(more.group(2)));
			}
			else if (last.frames.isEmpty()) {
				// its message goes on
				last.text.append((last.text.isEmpty()) ? "" : "\n").append(line);
			}
		}
		return root.toException();
	}

	private static StackTraceElement frame(String context, Matcher frame) {
		String file = frame.group(6);
		int line = (frame.group(7) != null) ? Integer.parseInt(frame.group(7)) : file.equals("Native Method") ? -2 : -1;
		return HelperFrame.of(context, LogLine.printable(frame.group(4)), LogLine.printable(frame.group(5)),
				(frame.group(7) != null) ? LogLine.printable(file) : null, line);
	}

	/**
	 * Name of the class in the helper.
	 * @return the name, from the helper
	 */
	public String type() {
		return this.type;
	}

	@Override
	public Throwable fillInStackTrace() {
		return this;
	}

	@Override
	public String toString() {
		return (getMessage() != null) ? this.type + ": " + getMessage() : this.type;
	}

	/** An exception that is being read. */
	private static final class Part {

		private final StringBuilder text = new StringBuilder();

		private final List<StackTraceElement> frames = new ArrayList<>();

		private final List<Part> suppressed = new ArrayList<>();

		private @Nullable Part cause;

		private @Nullable Part enclosing;

		private boolean isComplete;

		// The frames at its end are those of the exception that it belongs to.
		private void addCommon(int count) {
			if (this.enclosing != null && !this.isComplete) {
				this.isComplete = true;
				List<StackTraceElement> others = this.enclosing.frames;
				this.frames.addAll(List.copyOf(others.subList(Math.max(0, others.size() - count), others.size())));
			}
		}

		private LoggedException toException() {
			String header = this.text.toString();
			int colon = header.indexOf(": ");
			String type = (colon >= 0) ? header.substring(0, colon) : header;
			LoggedException exception = TYPE.matcher(type).matches()
					? new LoggedException(type, (colon >= 0) ? LogLine.printable(header.substring(colon + 2)) : null)
					: new LoggedException(Throwable.class.getName(), LogLine.printable(header));
			exception.setStackTrace(this.frames.toArray(StackTraceElement[]::new));
			if (this.cause != null) {
				exception.initCause(this.cause.toException());
			}
			this.suppressed.forEach((each) -> exception.addSuppressed(each.toException()));
			return exception;
		}

	}

}
