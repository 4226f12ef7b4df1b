package io.privsep.launch;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

import org.slf4j.Logger;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.LoggingEvent;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs an event of a helper in the application. SLF4J takes no event with its own time,
 * so there may be a service for a logging system that does.
 */
public interface EventLogger {

	/**
	 * Of keys where SLF4J takes the event. Log4j 2 has them in the context of the thread,
	 * by which an application may choose files, or tell whose an event is.
	 */
	String KEY_PREFIX = "privsep.event.";

	/**
	 * Logs an event, if its logger does so at its level.
	 * @param logger the logger
	 * @param event the event
	 * @return whether this is for such loggers
	 */
	boolean log(Logger logger, LoggingEvent event);

	/**
	 * What logs events here.
	 * @return the service that is for the logging system, or else SLF4J
	 */
	static EventLogger find() {
		Iterator<EventLogger> services = ServiceLoader.load(EventLogger.class, EventLogger.class.getClassLoader())
			.iterator();
		try {
			if (services.hasNext()) {
				EventLogger service = services.next();
				return (logger, event) -> service.log(logger, event) || logBySlf4j(logger, event);
			}
		}
		catch (ServiceConfigurationError | LinkageError ex) {
			// the logging system that it is for is not there
		}
		return EventLogger::logBySlf4j;
	}

	private static boolean logBySlf4j(Logger logger, LoggingEvent event) {
		LoggingEventBuilder builder = logger.atLevel(event.getLevel()).setCause(event.getThrowable());
		if (event.getKeyValuePairs() != null) {
			for (KeyValuePair pair : event.getKeyValuePairs()) {
				builder = builder.addKeyValue(KEY_PREFIX + pair.key, pair.value);
			}
		}
		builder.log(event.getMessage());
		return true;
	}

}
