package io.privsep.principal;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.security.core.context.SecurityContextHolder;

import io.privsep.channel.Channels;

/**
 * Auto-configuration for the audit of who has asked for a call.
 */
@AutoConfiguration(afterName = "io.privsep.autoconfigure.PrivsepAutoConfiguration")
@ConditionalOnClass(SecurityContextHolder.class)
@ConditionalOnBean(Channels.class)
public final class PrivsepSecurityAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(PrincipalSource.class)
	SecurityPrincipalSource privsepPrincipalSource() {
		return new SecurityPrincipalSource();
	}

}
