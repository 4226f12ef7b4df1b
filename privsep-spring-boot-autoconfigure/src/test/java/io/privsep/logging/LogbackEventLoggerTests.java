package io.privsep.logging;

import java.time.Instant;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.DefaultLoggingEvent;
import org.slf4j.event.Level;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LogbackEventLogger}.
 */
class LogbackEventLoggerTests {

	private static final long LONG_AGO = 1_000_000_001_234L;

	@Test
	void eventHasTheTimeAtWhichItWasLoggedInTheHelper() {
		Logger logger = (Logger) LoggerFactory.getLogger(LogbackEventLoggerTests.class);
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		appender.start();
		logger.addAppender(appender);
		try {
			DefaultLoggingEvent event = new DefaultLoggingEvent(Level.WARN, logger);
			event.setMessage("from long ago");
			event.setTimeStamp(LONG_AGO);
			assertThat(new LogbackEventLogger().log(logger, event)).isTrue();
		}
		finally {
			logger.detachAppender(appender);
		}
		assertThat(appender.list).singleElement().satisfies((event) -> {
			assertThat(event.getTimeStamp()).isEqualTo(LONG_AGO);
			assertThat(event.getInstant()).isEqualTo(Instant.ofEpochMilli(LONG_AGO));
		});
	}

}
