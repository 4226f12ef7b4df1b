package io.privsep.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.event.LoggingEvent;

import io.privsep.launch.EventLogger;
import io.privsep.launch.LoggedException;

/**
 * Logs events of helpers with Logback, which then have the time at which they were
 * logged, and the names of their exceptions.
 */
public final class LogbackEventLogger implements EventLogger {

	/** Fails where there is no Logback. */
	private final Class<?> type = Logger.class;

	@Override
	public boolean log(org.slf4j.Logger logger, LoggingEvent event) {
		if (!this.type.isInstance(logger)) {
			return false;
		}
		Logger logback = (Logger) logger;
		Level level = Level.convertAnSLF4JLevel(event.getLevel());
		if (logback.isEnabledFor(level)) {
			ch.qos.logback.classic.spi.LoggingEvent logged = new ch.qos.logback.classic.spi.LoggingEvent(
					LogbackEventLogger.class.getName(), logback, level, event.getMessage(), null, null);
			logged.setTimeStamp(event.getTimeStamp());
			if (event.getKeyValuePairs() != null) {
				logged.setKeyValuePairs(event.getKeyValuePairs());
			}
			if (event.getThrowable() instanceof LoggedException exception) {
				logged.setThrowableProxy(new LoggedThrowable(exception));
			}
			logback.callAppenders(logged);
		}
		return true;
	}

}
