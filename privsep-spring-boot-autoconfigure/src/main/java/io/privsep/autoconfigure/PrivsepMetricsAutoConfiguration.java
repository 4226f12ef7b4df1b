package io.privsep.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.privsep.actuate.ErrorTagFilter;
import io.privsep.actuate.PrivsepMetrics;
import io.privsep.channel.Channels;

/**
 * Auto-configuration for the metrics of helpers.
 */
@AutoConfiguration(after = PrivsepAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ Channels.class, MeterRegistry.class })
public final class PrivsepMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	PrivsepMetrics privsepMetrics(Channels channels) {
		return new PrivsepMetrics(channels);
	}

	@Bean
	static ErrorTagFilter privsepErrorTagFilter() {
		return new ErrorTagFilter();
	}

}
