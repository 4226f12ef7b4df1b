package io.privsep.test;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.privsep.context.PrivsepProperties;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.DropRoot;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.functions.FunctionCatalog;

/**
 * What is configured, as a test needs it. Root is not dropped: the JVM of the tests stays
 * the user that it is. A context that has functions but no configuration gets one, as the
 * test's own {@code application.properties} may have hidden it.
 */
final class TestProperties implements BeanPostProcessor {

	private final ConfigurableListableBeanFactory beanFactory;

	TestProperties(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof PrivsepProperties properties) ? adapt(properties) : bean;
	}

	private PrivsepProperties adapt(PrivsepProperties properties) {
		Map<String, Context> contexts = new LinkedHashMap<>(properties.contexts());
		// with rights, there is nothing that could be assumed
		if (properties.mode() != Mode.PROCESS) {
			FunctionCatalog.contextNames(this.beanFactory)
				.forEach((name) -> contexts.computeIfAbsent(name, (missing) -> withoutRights()));
		}
		// a function may need settings that are not there, and this test may not need it
		boolean failFast = properties.failFast() && contexts.size() == properties.contexts().size();
		return new PrivsepProperties(properties.enabled(), properties.mode(), failFast, new DropRoot(null, null),
				properties.audit(), properties.web(), contexts);
	}

	private static Context withoutRights() {
		return new Binder(new MapConfigurationPropertySource(Map.of("context.capabilities", "")))
			.bind("context", Context.class)
			.get();
	}

}
