package io.privsep.autoconfigure;

import java.util.Collections;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import io.privsep.PrivsepException;
import io.privsep.sample.Bulky;
import io.privsep.sample.Bulky.Row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is larger than it may be, in arguments and results.
 */
class OversizeTests {

	private static final String SIZE = "'privsep.contexts.bulky.max-message-size' of 1048576 bytes";

	private static final String ELEMENTS = "more than the 1000 elements of 'privsep.contexts.bulky.max-elements'";

	@Test
	void argumentsThatAreTooLargeAreNotSent() {
		try (ConfigurableApplicationContext context = start("max-message-size=1MB", "max-elements=1000")) {
			Bulky bulky = context.getBean(Bulky.class);
			assertFails(() -> bulky.take(new byte[(1 << 20) + 64]), "Bulky.take")
				.withMessageStartingWith("Context 'bulky': 'Bulky.take' did not run, as its arguments cannot be sent: ")
				.withMessageContaining("exceeds " + SIZE);
			assertFails(() -> bulky.takeRows(Collections.nCopies(400, new Row(1, "x"))), "Bulky.takeRows")
				.withMessageContaining("did not run, as its arguments cannot be sent")
				.withMessageContaining(ELEMENTS);
			assertThat(bulky.calls()).isZero();
			assertThat(bulky.take(new byte[1 << 20])).isEqualTo(1 << 20);
		}
	}

	@Test
	void resultThatIsTooLargeIsNotSentAndTheFunctionRan() {
		try (ConfigurableApplicationContext context = start("max-message-size=1MB", "max-elements=1000")) {
			Bulky bulky = context.getBean(Bulky.class);
			assertFails(() -> bulky.bytes((1 << 20) + 64), "Bulky.bytes")
				.withMessageStartingWith("Context 'bulky': 'Bulky.bytes' ran, but its result cannot be sent: ")
				.withMessageContaining("exceeds " + SIZE);
			assertFails(() -> bulky.rows(400), "Bulky.rows").withMessageContaining("ran, but its result cannot be sent")
				.withMessageContaining(ELEMENTS);
			assertFails(() -> bulky.text(false), "Bulky.text")
				.withMessageContaining("ran, but its result cannot be sent")
				.withMessageContaining("surrogate");
			assertThat(bulky.calls()).isEqualTo(3);
			assertThat(bulky.text(true)).isEqualTo("x");
		}
	}

	@Test
	void sixtyThousandRecordsAreOneResultWhereTheyMayBe() {
		try (ConfigurableApplicationContext context = start("max-elements=100000")) {
			Bulky bulky = context.getBean(Bulky.class);
			assertFails(() -> bulky.rows(60_000), "Bulky.rows")
				.withMessageContaining("more than the 100000 elements of 'privsep.contexts.bulky.max-elements'");
		}
		try (ConfigurableApplicationContext context = start("max-elements=180000")) {
			assertThat(context.getBean(Bulky.class).rows(60_000)).hasSize(60_000)
				.last()
				.isEqualTo(new Row(60_000, "x"));
		}
	}

	private static ThrowableAssertAlternative<PrivsepException> assertFails(ThrowingCallable call, String function) {
		return assertThatExceptionOfType(PrivsepException.class).isThrownBy(call)
			.isExactlyInstanceOf(PrivsepException.class)
			.satisfies((ex) -> assertThat(ex.context()).isEqualTo("bulky"))
			.satisfies((ex) -> assertThat(ex.function()).isEqualTo(function));
	}

	private static ConfigurableApplicationContext start(String... properties) {
		SpringApplicationBuilder application = new SpringApplicationBuilder(Bulky.class).web(WebApplicationType.NONE)
			.sources(PrivsepAutoConfiguration.class)
			.properties("privsep.mode=in-process", "privsep.contexts.bulky.capabilities=",
					"spring.main.banner-mode=off");
		for (String property : properties) {
			application.properties("privsep.contexts.bulky." + property);
		}
		return application.run();
	}

}
