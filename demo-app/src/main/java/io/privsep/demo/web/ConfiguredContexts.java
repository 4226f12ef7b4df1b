package io.privsep.demo.web;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the demo shows of its own configuration.
 *
 * @param contexts contexts by name
 */
@ConfigurationProperties("privsep")
record ConfiguredContexts(Map<String, ConfiguredContext> contexts) {

	/**
	 * One context.
	 *
	 * @param user whom the helper runs as
	 * @param capabilities capabilities it keeps
	 */
	record ConfiguredContext(@Nullable String user, List<String> capabilities) {

	}

}
