package io.privsep.test;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContextManager;

import io.privsep.PrivsepTimeoutException;
import io.privsep.advice.InvalidFunctionsException;
import io.privsep.autoconfigure.PrivsepProperties;
import io.privsep.autoconfigure.PrivsepProperties.Mode;
import io.privsep.test.app.Motd;
import io.privsep.test.app.MotdApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link AutoConfigurePrivsep} with a whole application.
 */
@SpringBootTest(classes = MotdApplication.class, properties = "privsep.mode=process")
@AutoConfigurePrivsep
class AutoConfigurePrivsepTests {

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
	void helpersAreNotStartedBeforeTheModeIsKnown() {
		assertThat(this.context.containsBean("privsepEarlyHelpers")).isFalse();
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
	void contextWithoutFunctionsFailsWhereItIsNoSlice() {
		assertThatThrownBy(
				() -> new TestContextManager(WithoutFunctions.class).getTestContext().getApplicationContext())
			.rootCause()
			.isInstanceOf(InvalidFunctionsException.class)
			.hasMessageContaining("Context 'clock' is configured but has no functions");
	}

	@SpringBootTest(classes = WithoutFunctions.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	@EnableAutoConfiguration
	@AutoConfigurePrivsep
	static class WithoutFunctions {

	}

}
