package io.privsep.autoconfigure;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for servlet applications that drop root.
 */
@AutoConfiguration
@ConditionalOnClass(ServletContext.class)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnBooleanProperty(name = "privsep.enabled", matchIfMissing = true)
@ConditionalOnProperty("privsep.drop-root.user")
public final class PrivsepWebServerAutoConfiguration {

	@Bean
	WebServerFiles privsepWebServerFiles(ServletContext servletContext,
			ObjectProvider<MultipartConfigElement> multipart, Environment environment) {
		return new WebServerFiles(servletContext, multipart.getIfAvailable(), true, environment);
	}

}
