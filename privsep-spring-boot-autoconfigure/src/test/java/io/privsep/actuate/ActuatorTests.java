package io.privsep.actuate;

import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.privsep.PrivsepTimeoutException;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.autoconfigure.PrivsepHealthAutoConfiguration;
import io.privsep.autoconfigure.PrivsepObservationAutoConfiguration;
import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Health and metrics, and a start without them.
 */
class ActuatorTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class, PrivsepHealthAutoConfiguration.class,
				PrivsepObservationAutoConfiguration.class))
		.withUserConfiguration(Sample.class)
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.sample.settings.name=x",
				"privsep.contexts.sample.settings.sizes=1");

	@Test
	void healthHasAComponentForEachContext() {
		this.runner.withConfiguration(AutoConfigurations.of(HealthContributorAutoConfiguration.class))
			.run((context) -> {
				PrivsepHealthContributor contributor = context.getBean("privsepHealthContributor",
						PrivsepHealthContributor.class);
				HealthIndicator indicator = (HealthIndicator) contributor.getContributor("sample");
				assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
				assertThat(indicator.health().getDetails()).containsEntry("pid", ProcessHandle.current().pid())
					.containsEntry("mode", "in-process")
					.containsEntry("restarts", 0)
					.containsEntry("capabilities", List.of())
					.containsKeys("state", "user", "since");
			});
	}

	@Test
	void callsAreTimedWithTheirOutcome() {
		this.runner
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					SimpleMetricsExportAutoConfiguration.class, ObservationAutoConfiguration.class))
			.run((context) -> {
				Sample sample = context.getBean(Sample.class);
				sample.echo("x");
				sample.echo("x");
				assertThatIllegalArgumentException().isThrownBy(() -> sample.illegal("x"));
				assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(() -> sample.sleep(60_000));
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				assertThat(registry.get("privsep.calls")
					.tags("privsep.context", "sample", "privsep.function", "Sample.echo", "outcome", "SUCCESS")
					.timer()
					.count()).isEqualTo(2);
				assertThat(registry.get("privsep.calls")
					.tags("privsep.function", "Sample.illegal", "outcome", "ERROR")
					.timer()
					.count()).isEqualTo(1);
				assertThat(registry.get("privsep.calls")
					.tags("privsep.function", "Sample.sleep", "outcome", "TIMEOUT")
					.timer()
					.count()).isEqualTo(1);
			});
	}

	@Test
	void startWithoutOptionalLibrariesSucceeds() {
		this.runner
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.health", "io.micrometer",
					"org.springframework.boot.micrometer"))
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.doesNotHaveBean("privsepHealthContributor")
					.doesNotHaveBean("privsepCallObserver");
				assertThat(context.getBean(Sample.class).echo("x")).isEqualTo("x");
			});
	}

	@Test
	void disabledLeavesBeansOrdinary() {
		this.runner.withPropertyValues("privsep.enabled=false")
			.withBean(Sample.Settings.class, () -> new Sample.Settings("own", List.of()))
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("privsepChannels");
				assertThat(context.getBean(Sample.class).settings().name()).isEqualTo("own");
			});
	}

}
