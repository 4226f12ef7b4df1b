package io.privsep.test;

import java.util.Objects;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContextManager;

import io.privsep.PrivsepFunction;
import io.privsep.PrivsepTimeoutException;
import io.privsep.channel.ChannelState;
import io.privsep.channel.Channels;
import io.privsep.context.PrivsepProperties;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.functions.InvalidFunctionsException;
import io.privsep.test.app.Motd;
import io.privsep.test.app.MotdApplication;
import io.privsep.test.app.MotdSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link AutoConfigurePrivsep} with a whole application.
 */
@SpringBootTest(classes = MotdApplication.class, properties = "privsep.mode=process")
@AutoConfigurePrivsep
class AutoConfigurePrivsepTests {

	/** As where a test has an application.yml of its own. */
	private static final String NO_FILES = "spring.config.location=optional:classpath:/privsep-no-such-directory/";

	@Autowired
	private ApplicationContext context;

	@Autowired
	private PrivsepProperties properties;

	@Autowired
	private Motd motd;

	@Test
	void functionRunsInTheJvmOfTheTestWhateverIsConfigured() {
		assertThat(this.properties.mode()).isEqualTo(Mode.IN_PROCESS);
		assertThat(this.motd.pid()).isEqualTo(ProcessHandle.current().pid());
	}

	@Test
	void argumentsPassThroughTheCodec() {
		int[] numbers = { 1, 2 };
		assertThat(this.motd.sum(numbers)).isEqualTo(3);
		assertThat(numbers).containsExactly(1, 2);
	}

	@Test
	void rootIsNotDropped() {
		assertThat(this.context.getEnvironment().getProperty("privsep.drop-root.user")).isNotEmpty();
		assertThat(this.properties.dropRoot().user()).isNull();
	}

	@Test
	void faultIsObserved(@Autowired PrivsepFaults faults, @Autowired PrivsepCalls calls,
			@Autowired MeterRegistry registry) {
		faults.on("motd").timeout();
		assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(this.motd::readSoon);
		assertThat(calls).threw("motd", "readSoon", PrivsepTimeoutException.class);
		assertThat(registry.get("privsep.calls")
			.tags("privsep.function", "Motd.readSoon", "outcome", "TIMEOUT")
			.timer()
			.count()).isOne();
	}

	@Test
	void contextWithoutFunctionsIsLeftOut() throws Exception {
		ApplicationContext small = new TestContextManager(Small.class).getTestContext().getApplicationContext();
		assertThat(small.getBean(Channels.class).all()).isEmpty();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void contextThatIsNotConfiguredHasNoRights(CapturedOutput output) throws Exception {
		ApplicationContext hidden = new TestContextManager(WithoutConfiguration.class).getTestContext()
			.getApplicationContext();
		assertThat(hidden.getEnvironment().getProperty("privsep.contexts.motd.user")).isNull();
		assertThat(hidden.getBean(Channels.class).all()).containsOnlyKeys("motd", "clock")
			.allSatisfy((name, channel) -> assertThat(channel.settings().description().capabilities()).isEmpty());
		assertThat(hidden.getBean(Motd.class).sum(new int[] { 1, 2 })).isEqualTo(3);
		assertThat(output).contains("Started ").doesNotContain("has no value for");
	}

	@Test
	void contextThatIsNotConfiguredDoesNotFailForWantOfSettings() throws Exception {
		ApplicationContext hidden = new TestContextManager(WithoutSettings.class).getTestContext()
			.getApplicationContext();
		assertThat(hidden.getBean(Channels.class).get("picky").status().state()).isNotEqualTo(ChannelState.RUNNING);
	}

	@Test
	void contextThatIsNotConfiguredFailsWhereItWouldNeedRights() {
		assertThatThrownBy(() -> new TestContextManager(WithoutRights.class).getTestContext().getApplicationContext())
			.rootCause()
			.isInstanceOf(InvalidFunctionsException.class)
			.hasMessageContaining(
					"'" + Motd.class.getName() + "' has functions of context 'motd', which is not configured");
	}

	@SpringBootTest(classes = Small.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	@EnableAutoConfiguration
	@AutoConfigurePrivsep
	static class Small {

	}

	@SpringBootTest(classes = MotdApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
			properties = NO_FILES)
	@AutoConfigurePrivsep
	static class WithoutConfiguration {

	}

	@SpringBootTest(classes = { MotdApplication.class, Picky.class },
			webEnvironment = SpringBootTest.WebEnvironment.NONE, properties = NO_FILES)
	@AutoConfigurePrivsep
	static class WithoutSettings {

	}

	@SpringBootTest(classes = MotdApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
			properties = NO_FILES)
	@AutoConfigurePrivsep(mode = Mode.PROCESS)
	static class WithoutRights {

	}

	@PrivsepFunction("picky")
	static class Picky {

		Picky(MotdSettings settings) {
			Objects.requireNonNull(settings.prefix());
		}

		public void run() {
		}

	}

}
