package io.privsep.autoconfigure.slice;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.Mockito;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SliceHint}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SliceHintTests {

	private static final String HINT = "The functions of [Net] are ordinary methods in this test";

	@Test
	void sliceWithAFunctionAndNothingOfPrivsepHasAHint(CapturedOutput output) {
		start(Net.class);
		assertThat(output).containsOnlyOnce(HINT).contains("add @AutoConfigurePrivsep to its class");
	}

	@Test
	void applicationWithPrivsepHasNone(CapturedOutput output) {
		start(Net.class, PrivsepAutoConfiguration.class);
		assertThat(output).contains("Started").doesNotContain(HINT);
	}

	@Test
	void applicationThatDisablesItHasNone(CapturedOutput output) {
		new SpringApplicationBuilder(Net.class).web(WebApplicationType.NONE)
			.properties("privsep.enabled=false")
			.run()
			.close();
		assertThat(output).contains("Started").doesNotContain(HINT);
	}

	@Test
	void sliceWithAMockHasNone(CapturedOutput output) {
		start(Mocked.class);
		assertThat(output).contains("Started").doesNotContain(HINT);
	}

	private static void start(Class<?>... sources) {
		new SpringApplicationBuilder(sources).web(WebApplicationType.NONE)
			.properties("privsep.mode=in-process", "privsep.contexts.net.capabilities=")
			.run()
			.close();
	}

	/** Functions. */
	static class Net {

		@PrivsepFunction("net")
		public void run() {
		}

	}

	/** Has a mock of them. */
	@Configuration(proxyBeanMethods = false)
	static class Mocked {

		@Bean
		Net net() {
			return Mockito.mock(Net.class);
		}

	}

}
