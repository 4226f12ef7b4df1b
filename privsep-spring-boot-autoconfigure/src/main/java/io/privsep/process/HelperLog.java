package io.privsep.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

import io.privsep.launch.LogLine;

/**
 * Brings what a helper writes to its standard error into the application's log: events
 * under their own loggers, anything else under {@code io.privsep.helper.<context>}.
 */
final class HelperLog {

	private static final int LAST_WORDS = 30;

	private static final int MAX_LINE = 65536;

	private static final long END_MILLIS = 2000;

	private static final int MAX_LOGGERS = 1000;

	private static final Pattern LOGGER = Pattern.compile("[\\w.$-]{1,256}");

	private final Set<String> loggers = new HashSet<>();

	private final String context;

	private final Logger raw;

	private final Deque<String> lastWords = new ArrayDeque<>();

	private final Thread thread;

	private HelperLog(String context, InputStream stderr) {
		this.context = context;
		this.raw = LoggerFactory.getLogger("io.privsep.helper." + context);
		this.thread = new Thread(() -> run(stderr), "privsep-" + context + "-log");
		this.thread.setDaemon(true);
	}

	static HelperLog start(String context, InputStream stderr) {
		HelperLog log = new HelperLog(context, stderr);
		log.thread.start();
		return log;
	}

	List<String> lastWords() {
		synchronized (this.lastWords) {
			return List.copyOf(this.lastWords);
		}
	}

	void awaitEnd() {
		try {
			this.thread.join(END_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run(InputStream stderr) {
		try (BufferedReader reader = new BufferedReader(new InputStreamReader(stderr, StandardCharsets.UTF_8))) {
			String line;
			while ((line = readLine(reader)) != null) {
				accept(line);
			}
		}
		catch (IOException ex) {
			this.raw.debug("The standard error of the helper cannot be read any more", ex);
		}
	}

	// A line of any length takes no more memory than the longest that is kept.
	private static @Nullable String readLine(BufferedReader reader) throws IOException {
		StringBuilder line = new StringBuilder();
		int character = reader.read();
		if (character < 0) {
			return null;
		}
		while (character >= 0 && character != '\n') {
			if (line.length() < MAX_LINE) {
				line.append((char) character);
			}
			character = reader.read();
		}
		return line.toString();
	}

	private void accept(String line) {
		LogLine event = LogLine.parse(line);
		if (event != null && isLogger(event.logger())) {
			log(event);
			return;
		}
		String printable = printable(line);
		synchronized (this.lastWords) {
			if (this.lastWords.size() == LAST_WORDS) {
				this.lastWords.removeFirst();
			}
			this.lastWords.addLast(printable);
		}
		this.raw.info("{}", printable);
	}

	private boolean isLogger(String name) {
		// a logger is kept for ever: neither any text may be one, nor any number of them
		return this.loggers.contains(name)
				|| (this.loggers.size() < MAX_LOGGERS && LOGGER.matcher(name).matches() && this.loggers.add(name));
	}

	private void log(LogLine event) {
		Logger logger = LoggerFactory.getLogger(event.logger());
		LoggingEventBuilder builder = logger.atLevel(Level.valueOf(event.level().toUpperCase(Locale.ROOT)));
		event.mdc().forEach((key, value) -> MDC.put(printable(key), printable(value)));
		MDC.put("privsep.context", this.context);
		try {
			String message = printable(event.message());
			builder.log(event.stackTrace().isEmpty() ? message : message + "\n"
					+ event.stackTrace().lines().map(HelperLog::printable).collect(Collectors.joining("\n")));
		}
		finally {
			event.mdc().keySet().forEach((key) -> MDC.remove(printable(key)));
			MDC.remove("privsep.context");
		}
	}

	private static String printable(String text) {
		StringBuilder printable = new StringBuilder(text.length());
		text.chars()
			.forEach((character) -> printable
				.append((Character.isISOControl(character) && character != '\t') ? '?' : (char) character));
		return printable.toString();
	}

}
