package io.privsep.helper.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.MDCAdapter;

import io.privsep.launch.LogLine;

/**
 * Writes each event as a {@link LogLine}.
 */
final class HelperLogger extends LegacyAbstractLogger {

	private static final long serialVersionUID = 1L;

	private final Level level;

	private final transient MDCAdapter mdc;

	HelperLogger(String name, Level level, MDCAdapter mdc) {
		this.name = name;
		this.level = level;
		this.mdc = mdc;
	}

	@Override
	public boolean isTraceEnabled() {
		return isEnabled(Level.TRACE);
	}

	@Override
	public boolean isDebugEnabled() {
		return isEnabled(Level.DEBUG);
	}

	@Override
	public boolean isInfoEnabled() {
		return isEnabled(Level.INFO);
	}

	@Override
	public boolean isWarnEnabled() {
		return isEnabled(Level.WARN);
	}

	@Override
	public boolean isErrorEnabled() {
		return isEnabled(Level.ERROR);
	}

	private boolean isEnabled(Level level) {
		return level.toInt() >= this.level.toInt();
	}

	@Override
	protected @Nullable String getFullyQualifiedCallerName() {
		return null;
	}

	@Override
	protected void handleNormalizedLoggingCall(Level level, @Nullable Marker marker, @Nullable String pattern,
			Object @Nullable [] arguments, @Nullable Throwable throwable) {
		LogLine line = new LogLine(level.name(), this.name, Thread.currentThread().getName(), context(),
				String.valueOf(MessageFormatter.basicArrayFormat(pattern, arguments)), stackTrace(throwable));
		byte[] bytes = (line.format() + '\n').getBytes(StandardCharsets.UTF_8);
		// one write, so that the lines of two threads do not mix
		System.err.write(bytes, 0, bytes.length);
		System.err.flush();
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
		StringWriter text = new StringWriter();
		try {
			throwable.printStackTrace(new PrintWriter(text));
		}
		catch (RuntimeException ex) {
			return throwable.getClass().getName() + ", which cannot be printed: " + ex.getClass().getName();
		}
		return text.toString();
	}

}
