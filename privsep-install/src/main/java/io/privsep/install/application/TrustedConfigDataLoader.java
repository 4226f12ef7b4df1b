package io.privsep.install.application;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigData;
import org.springframework.boot.context.config.ConfigDataLoader;
import org.springframework.boot.context.config.ConfigDataLoaderContext;
import org.springframework.boot.context.config.ConfigDataResource;

/**
 * Looks at each file of an application's configuration before another loader opens it,
 * where root installs the application; loads nothing itself.
 */
final class TrustedConfigDataLoader implements ConfigDataLoader<ConfigDataResource> {

	@Override
	public boolean isLoadable(ConfigDataLoaderContext context, ConfigDataResource resource) {
		// Spring Boot asks every loader before it lets one load
		ConfigurationTrust trust = context.getBootstrapContext().getOrElse(ConfigurationTrust.class, null);
		if (trust != null) {
			trust.require(resource);
		}
		return false;
	}

	@Override
	public @Nullable ConfigData load(ConfigDataLoaderContext context, ConfigDataResource resource) {
		throw new IllegalStateException("'" + resource + "' is not loadable by this");
	}

}
