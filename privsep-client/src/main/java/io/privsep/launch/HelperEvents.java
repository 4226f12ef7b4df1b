package io.privsep.launch;

import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.DefaultLoggingEvent;
import org.slf4j.event.Level;

import io.privsep.wire.LogLine;

/**
 * Logs what functions log, under the loggers and with the keys that a helper may name.
 */
final class HelperEvents {

	private static final int MAX_LOGGERS = 1000;

	private static final Pattern LOGGER = Pattern.compile("[\\w.$-]{1,256}");

	/** Of the rest, the application's logging may choose files by it, or fields. */
	private static final Set<String> MDC_KEYS = Set.of("traceId", "spanId");

	private static final String MDC_PREFIX = "privsep.";

	private static final Pattern OWN_KEYS = Pattern.compile("(?i)[^a-z].*|.*(time|timestamp|level|severity|version)"
			+ "|(log|ecs|error|event|process|service|tags|host|trace|span|privsep|helper)(\\..*)?"
			+ "|(message|short_message|full_message|logger|thread|mdc|stack_?trace|exception).*|(trace|span)_?id");

	/** For people, who read the log. */
	private static final Clock CLOCK = Clock.systemUTC();

	private static final Duration MAX_AGE = Duration.ofHours(1);

	private final EventLogger eventLogger = EventLogger.find();

	/** Of all helpers of a context, one after the other. */
	private static final Map<String, Set<String>> LOGGERS = new ConcurrentHashMap<>();

	private final Set<String> loggers;

	private final OwnLoggers own;

	HelperEvents(OwnLoggers own) {
		this.own = own;
		this.loggers = LOGGERS.computeIfAbsent(own.context(), (name) -> ConcurrentHashMap.newKeySet());
	}

	/**
	 * Logs an event, if its logger can be one.
	 * @param event the event
	 * @return whether it was logged
	 */
	boolean log(LogLine event) {
		if (!LOGGER.matcher(event.logger()).matches()) {
			return false;
		}
		String logger = this.own.place(event.logger());
		if (!isLogger(logger)) {
			return false;
		}
		log(LoggerFactory.getLogger(logger), event);
		return true;
	}

	private boolean isLogger(String name) {
		// a logger is kept for ever: neither any text may be one, nor any number of them
		return this.loggers.contains(name) || (this.loggers.size() < MAX_LOGGERS && this.loggers.add(name));
	}

	private void log(Logger logger, LogLine line) {
		DefaultLoggingEvent event = new DefaultLoggingEvent(Level.valueOf(line.level().toUpperCase(Locale.ROOT)),
				logger);
		event.setMessage(LogLine.printable(line.message()));
		event.setThrowable(LoggedException.of(this.own.context(), line.stackTrace()));
		event.setTimeStamp(time(line.time()));
		line.pairs().forEach((key, value) -> event.addKeyValue(key(LogLine.printable(key)), LogLine.printable(value)));
		line.mdc().forEach((key, value) -> {
			if (MDC_KEYS.contains(key) || key.startsWith(MDC_PREFIX)) {
				MDC.put(LogLine.printable(key), LogLine.printable(value));
			}
		});
		MDC.put("privsep.context", this.own.context());
		try {
			this.eventLogger.log(logger, event);
		}
		finally {
			MDC.clear();
		}
	}

	// A helper gone bad would not write the history of yesterday, or of tomorrow.
	private static long time(long time) {
		long now = CLOCK.millis();
		return (time > now || time < now - MAX_AGE.toMillis()) ? now : time;
	}

	// The formats of structured logs have keys of their own, beside which these are
	// written.
	private static String key(String key) {
		return OWN_KEYS.matcher(key).matches() ? "helper." + key : key;
	}

}
