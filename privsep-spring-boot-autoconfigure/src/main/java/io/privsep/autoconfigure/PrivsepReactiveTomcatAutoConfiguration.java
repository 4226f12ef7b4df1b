package io.privsep.autoconfigure;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.tomcat.TomcatContextCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for reactive applications on Tomcat that drop root.
 * <p>
 * Such an application has no bean of its {@code ServletContext}. Jetty and Reactor Netty
 * make no directories for a reactive application.
 */
@AutoConfiguration
@ConditionalOnClass(TomcatContextCustomizer.class)
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnBooleanProperty(name = "privsep.enabled", matchIfMissing = true)
@ConditionalOnProperty("privsep.drop-root.user")
public final class PrivsepReactiveTomcatAutoConfiguration {

	private static final String FILES = "privsepWebServerFiles";

	// Tomcat is created before the drop, so the bean is there by then. A second Tomcat
	// may be that of a management port.
	@Bean
	TomcatContextCustomizer privsepReactiveTomcatCustomizer(ConfigurableListableBeanFactory beanFactory,
			Environment environment) {
		return (context) -> {
			if (!beanFactory.containsSingleton(FILES)) {
				beanFactory.registerSingleton(FILES,
						new WebServerFiles(context.getServletContext(), null, false, environment));
			}
		};
	}

}
