package io.privsep.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.privsep.actuate.ObservationCallObserver;
import io.privsep.actuate.PrivsepObservationConvention;
import io.privsep.channel.Channels;

/**
 * Auto-configuration for the observation of calls.
 */
@AutoConfiguration(after = PrivsepAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({ Channels.class, ObservationRegistry.class })
public final class PrivsepObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	ObservationCallObserver privsepCallObserver(ObservationRegistry registry,
			ObjectProvider<PrivsepObservationConvention> convention) {
		return new ObservationCallObserver(registry, convention.getIfAvailable());
	}

}
