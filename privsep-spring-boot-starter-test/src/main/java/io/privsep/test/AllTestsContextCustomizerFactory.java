package io.privsep.test;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.SpringProperties;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

import io.privsep.context.PrivsepProperties.Mode;

/**
 * Does for all tests what {@link AutoConfigurePrivsep} does for one, where the property
 * {@value #PROPERTY} says how functions run.
 * <p>
 * It is one of {@link SpringProperties}, which are a system property or stand in the file
 * {@code spring.properties}: those that are known before a test has an environment, with
 * every framework for tests.
 */
final class AllTestsContextCustomizerFactory implements ContextCustomizerFactory {

	static final String PROPERTY = "privsep.test.mode";

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		String mode = SpringProperties.getProperty(PROPERTY);
		if (mode == null || mode.isBlank()
				|| TestContextAnnotationUtils.hasAnnotation(testClass, AutoConfigurePrivsep.class)) {
			return null;
		}
		try {
			return new AllTestsContextCustomizer(Objects
				.requireNonNull(ApplicationConversionService.getSharedInstance().convert(mode.strip(), Mode.class)));
		}
		catch (ConversionFailedException ex) {
			throw new IllegalStateException(
					"'" + PROPERTY + "' is '" + mode + "'; it must be 'in-process', 'unprivileged' or 'process'", ex);
		}
	}

}
