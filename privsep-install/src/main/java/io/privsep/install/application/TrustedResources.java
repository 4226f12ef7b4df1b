package io.privsep.install.application;

import java.io.IOException;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Resources of an application that root installs: sources of properties and definitions
 * of beans that its classes or its configuration name.
 */
final class TrustedResources extends PathMatchingResourcePatternResolver {

	private final ConfigurationTrust trust;

	TrustedResources(ConfigurationTrust trust, @Nullable ResourceLoader resourceLoader) {
		super((resourceLoader != null) ? resourceLoader : new DefaultResourceLoader());
		this.trust = trust;
	}

	@Override
	public Resource getResource(String location) {
		Resource resource = super.getResource(location);
		this.trust.require(resource);
		return resource;
	}

	@Override
	public Resource[] getResources(String location) throws IOException {
		Resource[] resources = super.getResources(location);
		if (location.startsWith(CLASSPATH_URL_PREFIX) || location.startsWith(CLASSPATH_ALL_URL_PREFIX)) {
			return resources;
		}
		for (Resource resource : resources) {
			this.trust.require(resource);
		}
		return resources;
	}

}
