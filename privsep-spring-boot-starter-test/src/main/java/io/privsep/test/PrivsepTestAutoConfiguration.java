package io.privsep.test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.channel.Channels;
import io.privsep.context.PrivsepProperties;
import io.privsep.functions.FunctionCatalog;

/**
 * Auto-configuration for tests, imported by {@link AutoConfigurePrivsep}, and into all
 * tests by {@link AllTestsContextCustomizerFactory}.
 */
@AutoConfiguration(before = PrivsepAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "privsep.enabled", matchIfMissing = true)
final class PrivsepTestAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static TestProperties privsepTestProperties(ConfigurableListableBeanFactory beanFactory) {
		return new TestProperties(beanFactory);
	}

	// A test may have a slice, or an application of its own, with some of the beans.
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static FunctionCatalog privsepTestFunctionCatalog(ConfigurableListableBeanFactory beanFactory,
			PrivsepProperties properties) {
		Map<String, List<String>> contexts = new LinkedHashMap<>();
		properties.contexts().forEach((name, context) -> contexts.put(name, context.packages()));
		return FunctionCatalog.ofPart(beanFactory, contexts);
	}

	@Bean
	PrivsepCalls privsepCalls(FunctionCatalog catalog, ConfigurableListableBeanFactory beanFactory) {
		return new PrivsepCalls(new FunctionNames(catalog, beanFactory));
	}

	@Bean
	PrivsepFaults privsepFaults(FunctionCatalog catalog, ConfigurableListableBeanFactory beanFactory,
			Channels channels) {
		return new PrivsepFaults(new FunctionNames(catalog, beanFactory),
				(context) -> channels.get(context).settings().times().call());
	}

	// Innermost, so that whatever else observes calls sees the faults.
	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	TestCallObserver privsepTestCallObserver(PrivsepCalls calls, PrivsepFaults faults) {
		return new TestCallObserver(calls, faults);
	}

}
