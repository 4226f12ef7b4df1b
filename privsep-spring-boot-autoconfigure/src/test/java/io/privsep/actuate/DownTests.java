package io.privsep.actuate;

import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.privsep.PrivsepFunction;
import io.privsep.PrivsepUnavailableException;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.autoconfigure.PrivsepEndpointAutoConfiguration;
import io.privsep.autoconfigure.PrivsepHealthAutoConfiguration;
import io.privsep.autoconfigure.PrivsepMetricsAutoConfiguration;
import io.privsep.autoconfigure.PrivsepObservationAutoConfiguration;
import io.privsep.channel.ChannelState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Health, metrics and endpoint of a context whose helper does not start, and after it
 * has.
 */
class DownTests {

	private static volatile boolean hasDisk;

	@Test
	void contextIsDownAndItsMetricsSaySoUntilItsHelperStarts() {
		hasDisk = false;
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(PrivsepAutoConfiguration.class, PrivsepHealthAutoConfiguration.class,
							PrivsepObservationAutoConfiguration.class, PrivsepMetricsAutoConfiguration.class,
							PrivsepEndpointAutoConfiguration.class, HealthContributorAutoConfiguration.class,
							EndpointAutoConfiguration.class, MetricsAutoConfiguration.class,
							SimpleMetricsExportAutoConfiguration.class, ObservationAutoConfiguration.class))
			.withUserConfiguration(Disk.class)
			.withPropertyValues("privsep.mode=in-process", "privsep.fail-fast=false",
					"privsep.contexts.disk.queue-timeout=50ms", "privsep.contexts.disk.restart.initial-backoff=1ms",
					"privsep.contexts.disk.restart.max-backoff=20ms",
					"management.endpoints.web.exposure.include=privsep")
			.run((context) -> {
				HealthIndicator health = (HealthIndicator) context
					.getBean("privsepHealthContributor", PrivsepHealthContributor.class)
					.getContributor("disk");
				assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
				assertThat(String.valueOf(health.health().getDetails().get("lastFailure"))).contains("helper ended");
				assertThat(health.health().getDetails().get("state")).isIn(ChannelState.BACKOFF, ChannelState.STARTING);
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				Tags tags = Tags.of("privsep.context", "disk");
				assertThat(registry.get("privsep.helper.up").tags(tags).gauge().value()).isZero();
				assertThat(registry.get("privsep.helper.memory").tags(tags).gauge().value()).isNaN();
				assertThat(registry.get("privsep.helper.start").tags(tags).functionTimer().count()).isZero();
				assertThatExceptionOfType(PrivsepUnavailableException.class)
					.isThrownBy(() -> context.getBean(Disk.class).read());
				assertThat(registry.get("privsep.calls")
					.tags(tags.and("outcome", "UNAVAILABLE", "error", "PrivsepUnavailableException"))
					.timer()
					.count()).isOne();
				PrivsepEndpoint endpoint = context.getBean(PrivsepEndpoint.class);
				assertThat(endpoint.context("disk").state()).isIn(ChannelState.BACKOFF, ChannelState.STARTING);
				assertThat(endpoint.context("disk").pid()).isNull();
				hasDisk = true;
				Awaitility.await()
					.atMost(2, TimeUnit.MINUTES)
					.until(() -> health.health().getStatus().equals(Status.UP));
				assertThat(registry.get("privsep.helper.up").tags(tags).gauge().value()).isOne();
				assertThat(context.getBean(Disk.class).read()).isEqualTo(7);
			});
	}

	/** Functions of a helper that starts only where there is a disk. */
	static class Disk {

		Disk() {
			if (!hasDisk) {
				throw new IllegalStateException("no disk");
			}
		}

		@PrivsepFunction("disk")
		public int read() {
			return 7;
		}

	}

}
