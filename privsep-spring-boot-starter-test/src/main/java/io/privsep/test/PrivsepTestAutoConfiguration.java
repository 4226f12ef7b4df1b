package io.privsep.test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.privsep.advice.FunctionCatalog;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.autoconfigure.PrivsepProperties;
import io.privsep.channel.Channels;

/**
 * Auto-configuration for tests, imported by {@link AutoConfigurePrivsep}.
 */
@AutoConfiguration(before = PrivsepAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "privsep.enabled", matchIfMissing = true)
final class PrivsepTestAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static NoRootDrop privsepNoRootDrop() {
		return new NoRootDrop();
	}

	// A slice is where auto-configuration is off, but for what is imported.
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnBooleanProperty(name = EnableAutoConfiguration.ENABLED_OVERRIDE_PROPERTY, havingValue = false)
	static FunctionCatalog privsepFunctionCatalogOfSlice(ConfigurableListableBeanFactory beanFactory,
			PrivsepProperties properties) {
		Map<String, List<String>> contexts = new LinkedHashMap<>();
		properties.contexts().forEach((name, context) -> contexts.put(name, context.packages()));
		return FunctionCatalog.ofSlice(beanFactory, contexts);
	}

	@Bean
	PrivsepCalls privsepCalls(FunctionCatalog catalog, ConfigurableListableBeanFactory beanFactory) {
		return new PrivsepCalls(new FunctionNames(catalog, beanFactory));
	}

	@Bean
	PrivsepFaults privsepFaults(FunctionCatalog catalog, ConfigurableListableBeanFactory beanFactory,
			Channels channels) {
		return new PrivsepFaults(new FunctionNames(catalog, beanFactory),
				(context) -> channels.get(context).settings().callTimeout());
	}

	// Innermost, so that whatever else observes calls sees the faults.
	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	TestCallObserver privsepTestCallObserver(PrivsepCalls calls, PrivsepFaults faults) {
		return new TestCallObserver(calls, faults);
	}

}
