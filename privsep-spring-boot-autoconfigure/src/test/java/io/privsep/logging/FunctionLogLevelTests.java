package io.privsep.logging;

import java.util.List;

import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.privsep.PrivsepFunction;
import io.privsep.function.FunctionTable;
import io.privsep.launch.FunctionLogLevel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FunctionLogLevel}.
 */
class FunctionLogLevelTests {

	private final FunctionLogLevel level = new FunctionLogLevel(FunctionTable.of("loud", List.of(Functions.class)));

	@Test
	void levelIsThatOfABeanOrOfAllElseInTheHelper() {
		assertThat(this.level.now()).isEqualTo(Level.INFO);
		for (String name : List.of(Functions.class.getName(), "io.privsep.helper.loud")) {
			Logger logger = (Logger) LoggerFactory.getLogger(name);
			logger.setLevel(ch.qos.logback.classic.Level.DEBUG);
			try {
				assertThat(this.level.now()).as(name).isEqualTo(Level.DEBUG);
				logger.setLevel(ch.qos.logback.classic.Level.TRACE);
				assertThat(this.level.now()).as(name).isEqualTo(Level.TRACE);
			}
			finally {
				logger.setLevel(null);
			}
		}
		assertThat(this.level.now()).isEqualTo(Level.INFO);
	}

	/** Functions. */
	static class Functions {

		@PrivsepFunction("loud")
		public void run() {
		}

	}

}
