package io.privsep.autoconfigure;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.core.io.ClassPathResource;

import io.privsep.PrivsepFunction;
import io.privsep.PrivsepValidationException;
import io.privsep.PrivsepValidationException.Violation;
import io.privsep.channel.HelpersNotStartedException;
import io.privsep.functions.InvalidFunctionsException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That constraints are checked where the function runs.
 */
class ValidationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
		.withUserConfiguration(Devices.class)
		.withPropertyValues("privsep.contexts.net.settings.device=eth0");

	@ParameterizedTest
	@ValueSource(strings = { "in-process", "unprivileged" })
	void callThatBreaksConstraintsDoesNotRun(String mode) {
		this.runner.withPropertyValues("privsep.mode=" + mode).run((context) -> {
			Devices devices = context.getBean(Devices.class);
			assertThat(devices.set(new Mtu("eth0", 1500))).isEqualTo(1);
			assertThatExceptionOfType(PrivsepValidationException.class)
				.isThrownBy(() -> devices.set(new Mtu(" ", 100_000)))
				.withMessage("Context 'net': 'Devices.set' did not run: 'mtu.device' must not be blank, 'mtu.value'"
						+ " must be less than or equal to 65536")
				.satisfies((ex) -> {
					assertThat(ex.context()).isEqualTo("net");
					assertThat(ex.function()).isEqualTo("Devices.set");
					assertThat(ex.violations()).containsExactly(new Violation("mtu.device", "must not be blank"),
							new Violation("mtu.value", "must be less than or equal to 65536"));
				});
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> devices.later("").get())
				.withCauseInstanceOf(PrivsepValidationException.class);
			assertThat(devices.later("x").get()).isEqualTo("x");
			assertThat(devices.set(new Mtu("eth0", 1500))).isEqualTo(2);
		});
	}

	@Test
	void settingsThatBreakConstraintsFailTheStart() {
		this.runner.withPropertyValues("privsep.mode=unprivileged", "privsep.contexts.net.settings.device=eth 0")
			.run((context) -> {
				assertThat(context).hasFailed();
				HelpersNotStartedException ex = (HelpersNotStartedException) context.getStartupFailure().getCause();
				assertThat(ex.failures()).singleElement()
					.satisfies((failure) -> assertThat(failure.stderrTail()).containsExactly(
							"Context 'net': the settings are not valid: 'device' must match \"\\w+\"; refusing to serve"));
			});
		// where the application has a validator, no helper is started for it
		this.runner.withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
			.withPropertyValues("privsep.mode=unprivileged", "privsep.contexts.net.settings.device=eth 0")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(BindValidationException.class)
				.hasMessageContaining("device"));
	}

	@Test
	void constraintsWithoutAProviderFailTheStart() {
		FilteredClassLoader without = new FilteredClassLoader(
				new ClassPathResource("META-INF/services/jakarta.validation.spi.ValidationProvider"));
		this.runner.withPropertyValues("privsep.mode=in-process").withClassLoader(without).run((context) -> {
			assertThat(context).hasFailed().getFailure().rootCause().isInstanceOf(InvalidFunctionsException.class);
			assertThat(((InvalidFunctionsException) rootCause(context.getStartupFailure())).problems())
				.allMatch((problem) -> problem
					.endsWith("has constraints, and there is no provider of Jakarta Validation to check them;"
							+ " add spring-boot-starter-validation, or remove them"))
				.extracting((problem) -> problem.split(" has ")[0])
				.containsExactly("'Devices.later'", "'Devices.set'", "The settings of context 'net'");
		});
	}

	private static Throwable rootCause(Throwable ex) {
		return (ex.getCause() != null) ? rootCause(ex.getCause()) : ex;
	}

	record Mtu(@NotBlank String device, @Max(65536) int value) {
	}

	record Settings(@Pattern(regexp = "\\w+") String device) {
	}

	@PrivsepFunction("net")
	static class Devices {

		private int runs;

		Devices(Settings settings) {
		}

		public int set(@Valid Mtu mtu) {
			return ++this.runs;
		}

		public CompletableFuture<String> later(@NotBlank String text) {
			return CompletableFuture.completedFuture(text);
		}

		public List<String> plain() {
			return List.of();
		}

	}

}
