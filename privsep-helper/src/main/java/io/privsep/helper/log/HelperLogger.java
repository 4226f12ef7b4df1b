package io.privsep.helper.log;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.EventConstants;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;
import org.slf4j.spi.MDCAdapter;

import io.privsep.wire.LogLine;

/**
 * Writes each event as a {@link LogLine}.
 */
final class HelperLogger extends LegacyAbstractLogger implements LoggingEventAware {

	private static final long serialVersionUID = 1L;

	/** For people, who read the log. */
	private static final Clock CLOCK = Clock.systemUTC();

	private final transient MDCAdapter mdc;

	HelperLogger(String name, MDCAdapter mdc) {
		this.name = name;
		this.mdc = mdc;
	}

	@Override
	public boolean isTraceEnabled() {
		return LogThreshold.allows(EventConstants.TRACE_INT);
	}

	@Override
	public boolean isDebugEnabled() {
		return LogThreshold.allows(EventConstants.DEBUG_INT);
	}

	@Override
	public boolean isInfoEnabled() {
		return LogThreshold.allows(EventConstants.INFO_INT);
	}

	@Override
	public boolean isWarnEnabled() {
		return LogThreshold.allows(EventConstants.WARN_INT);
	}

	@Override
	public boolean isErrorEnabled() {
		return LogThreshold.allows(EventConstants.ERROR_INT);
	}

	@Override
	protected @Nullable String getFullyQualifiedCallerName() {
		return null;
	}

	@Override
	protected void handleNormalizedLoggingCall(Level level, @Nullable Marker marker, @Nullable String pattern,
			Object @Nullable [] arguments, @Nullable Throwable throwable) {
		write(level, pattern, arguments, throwable, Map.of());
	}

	// Without this, SLF4J would put keys and values into the message.
	@Override
	public void log(LoggingEvent event) {
		Map<String, String> pairs = new LinkedHashMap<>();
		List<KeyValuePair> given = event.getKeyValuePairs();
		if (given != null) {
			for (KeyValuePair pair : given) {
				pairs.put(String.valueOf(pair.key), text("{}", new Object[] { pair.value }));
			}
		}
		write(event.getLevel(), event.getMessage(), event.getArgumentArray(), event.getThrowable(), pairs);
	}

	private void write(Level level, @Nullable String pattern, Object @Nullable [] arguments,
			@Nullable Throwable throwable, Map<String, String> pairs) {
		LogLine line = new LogLine(level.name(), this.name, Thread.currentThread().getName(), context(),
				text(pattern, arguments), stackTrace(throwable), pairs, CLOCK.millis());
		byte[] bytes = (line.format() + '\n').getBytes(StandardCharsets.UTF_8);
		// one write, so that the lines of two threads do not mix
		System.err.write(bytes, 0, bytes.length);
		System.err.flush();
	}

	// Also of an object whose own methods throw.
	private static String text(@Nullable String pattern, Object @Nullable [] arguments) {
		return String.valueOf(MessageFormatter.basicArrayFormat(pattern, arguments));
	}

	private Map<String, String> context() {
		Map<String, String> context = new HashMap<>();
		Map<String, String> copy = this.mdc.getCopyOfContextMap();
		if (copy != null) {
			copy.forEach((key, value) -> context.put(key, String.valueOf(value)));
		}
		return context;
	}

	private static String stackTrace(@Nullable Throwable throwable) {
		if (throwable == null) {
			return "";
		}
		CutWriter text = new CutWriter();
		try {
			throwable.printStackTrace(new PrintWriter(text));
		}
		catch (RuntimeException | StackOverflowError ex) {
			return throwable.getClass().getName() + ", which cannot be printed: " + ex.getClass().getName();
		}
		return text.toString();
	}

	/**
	 * Keeps as much as a line can have. An exception with thousands of causes would
	 * otherwise take megabytes before it is cut.
	 */
	private static final class CutWriter extends Writer {

		private final StringBuilder text = new StringBuilder();

		@Override
		public void write(char[] characters, int offset, int length) {
			this.text.append(characters, offset, Math.min(length, left()));
		}

		@Override
		public void write(String string, int offset, int length) {
			this.text.append(string, offset, offset + Math.min(length, left()));
		}

		private int left() {
			return LogLine.MAX_LENGTH - this.text.length();
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

		@Override
		public String toString() {
			return this.text.toString();
		}

	}

}
