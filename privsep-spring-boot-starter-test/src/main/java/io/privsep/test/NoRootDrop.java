package io.privsep.test;

import org.springframework.beans.factory.config.BeanPostProcessor;

import io.privsep.autoconfigure.PrivsepProperties;
import io.privsep.autoconfigure.PrivsepProperties.DropRoot;

/**
 * Keeps the JVM of the tests, which runs many of them, the user that it is.
 */
final class NoRootDrop implements BeanPostProcessor {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof PrivsepProperties properties)
				? new PrivsepProperties(properties.enabled(), properties.mode(), properties.failFast(),
						new DropRoot(null, null), properties.archive(), properties.audit(), properties.contexts())
				: bean;
	}

}
