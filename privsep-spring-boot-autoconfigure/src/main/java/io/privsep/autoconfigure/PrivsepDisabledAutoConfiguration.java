package io.privsep.autoconfigure;

import org.springframework.beans.factory.BeanFactoryInitializer;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

import io.privsep.context.SandboxResolver;

/**
 * Auto-configuration for functions that run in no helpers.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "privsep.enabled", havingValue = false)
public final class PrivsepDisabledAutoConfiguration {

	/**
	 * Warns in every application, also in one that makes its beans as they are needed.
	 * @param environment has the properties
	 * @return what warns
	 */
	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	BeanFactoryInitializer<ListableBeanFactory> privsepDisabledSandboxes(Environment environment) {
		return (beanFactory) -> SandboxResolver.warnOfDisabled(environment);
	}

}
