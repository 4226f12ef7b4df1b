package io.privsep.test;

import java.util.Locale;
import java.util.Map;

import org.springframework.beans.factory.annotation.AnnotatedGenericBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.web.PrivsepProblemDetailsAutoConfiguration;

/**
 * Adds to the application context of a test what {@link AutoConfigurePrivsep} would.
 *
 * @param mode how functions run, unless the test itself says so
 */
record AllTestsContextCustomizer(Mode mode) implements ContextCustomizer {

	private static final String NAME = "privsepAllTests";

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
		MutablePropertySources sources = context.getEnvironment().getPropertySources();
		MapPropertySource source = new MapPropertySource(NAME,
				Map.of("privsep.mode", this.mode.name().toLowerCase(Locale.ROOT)));
		// after what a test sets itself, so that one of the real thing stays one, and
		// before the files of the application
		if (sources.contains(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
			sources.addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, source);
		}
		else {
			sources.addLast(source);
		}
		if (context instanceof BeanDefinitionRegistry registry) {
			registry.registerBeanDefinition(NAME, new AnnotatedGenericBeanDefinition(Imports.class));
		}
	}

	/** What is imported. */
	@ImportAutoConfiguration({ PrivsepAutoConfiguration.class, PrivsepTestAutoConfiguration.class,
			PrivsepProblemDetailsAutoConfiguration.class })
	static final class Imports {

	}

}
