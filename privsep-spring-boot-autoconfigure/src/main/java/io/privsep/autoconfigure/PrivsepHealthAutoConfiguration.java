package io.privsep.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

import io.privsep.actuate.PrivsepHealthContributor;
import io.privsep.channel.Channels;

/**
 * Auto-configuration for the health of helpers.
 */
@AutoConfiguration(after = PrivsepAutoConfiguration.class)
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(Channels.class)
public final class PrivsepHealthAutoConfiguration {

	@Bean
	@ConditionalOnEnabledHealthIndicator("privsep")
	@ConditionalOnMissingBean(name = "privsepHealthContributor")
	PrivsepHealthContributor privsepHealthContributor(Channels channels) {
		return new PrivsepHealthContributor(channels);
	}

}
