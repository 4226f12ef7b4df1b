package io.privsep.autoconfigure;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.privsep.actuate.PrivsepEndpoint;
import io.privsep.channel.Channels;

/**
 * Auto-configuration for the endpoint {@code privsep}.
 */
@AutoConfiguration(after = PrivsepAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(Channels.class)
public final class PrivsepEndpointAutoConfiguration {

	@Bean
	@ConditionalOnAvailableEndpoint
	@ConditionalOnMissingBean
	PrivsepEndpoint privsepEndpoint(Channels channels) {
		return new PrivsepEndpoint(channels);
	}

}
