package io.privsep.autoconfigure.platform;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NativeDetector;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link NativeImageCheck}, on a JVM that says that it is a native image.
 */
@ExtendWith(OutputCaptureExtension.class)
class NativeImageTests {

	@BeforeEach
	void set() {
		// it looks once, and other tests of this JVM need the truth
		assertThat(NativeDetector.inNativeImage()).isFalse();
		System.setProperty(NativeImageCheck.IMAGE_CODE, "runtime");
	}

	@AfterEach
	void clear() {
		System.clearProperty(NativeImageCheck.IMAGE_CODE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "process", "unprivileged", "in-process" })
	void startIsRefusedInEachMode(String mode, CapturedOutput output) {
		assertThatExceptionOfType(NativeImageException.class)
			.isThrownBy(() -> start("privsep.mode=" + mode, "privsep.contexts.native.capabilities="));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("helpers need a JVM, and a native image has none; run the application on a JVM.");
	}

	@Test
	void startWithoutPrivsepIsNotRefused() {
		try (ConfigurableApplicationContext context = start("privsep.enabled=false")) {
			assertThat(context.getBean(Functions.class).pid()).isEqualTo(ProcessHandle.current().pid());
		}
	}

	private static ConfigurableApplicationContext start(String... properties) {
		return new SpringApplicationBuilder(Functions.class).web(WebApplicationType.NONE)
			.sources(PrivsepAutoConfiguration.class)
			.properties(properties)
			.run("--spring.main.banner-mode=off");
	}

	@PrivsepFunction("native")
	static class Functions {

		public long pid() {
			return ProcessHandle.current().pid();
		}

	}

}
