package io.privsep.install.application;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataResource;
import org.springframework.boot.context.config.ConfigTreeConfigDataResource;
import org.springframework.boot.context.config.StandardConfigDataResource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.OriginTrackedResource;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.CompositePropertySource;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;

import io.privsep.trust.CodeTrust;

/**
 * Lets root, who installs an application, obey no configuration that someone other than
 * root could change.
 * <p>
 * Configuration decides which rights helpers have, so it is looked at like code. The
 * class path is the application's code itself, and the environment, the arguments and the
 * properties of the JVM come from whoever gives the command.
 */
final class ConfigurationTrust {

	private static final String TREE = "config tree [";

	/**
	 * Requires that only root could change what is about to be loaded.
	 * @param resource what an application is configured with
	 */
	void require(ConfigDataResource resource) {
		if (resource instanceof StandardConfigDataResource standard) {
			require(standard.getResource());
		}
		else if (resource instanceof ConfigTreeConfigDataResource tree) {
			// its path has no other way out
			String text = tree.toString();
			if (!text.startsWith(TREE) || !text.endsWith("]")) {
				throw new UntrustedConfigurationException(text, List.of("'" + text + "' has no path"));
			}
			requireTree(Path.of(text.substring(TREE.length(), text.length() - 1)));
		}
	}

	/**
	 * Requires that only root could change where properties come from.
	 * @param sources sources of properties
	 */
	void require(Iterable<PropertySource<?>> sources) {
		for (PropertySource<?> source : sources) {
			if (source instanceof CompositePropertySource composite) {
				require(composite.getPropertySources());
			}
			else if (source instanceof EnumerablePropertySource<?> enumerable) {
				for (String name : enumerable.getPropertyNames()) {
					requireOrigin(OriginLookup.getOrigin(source, name));
				}
			}
		}
	}

	private void requireOrigin(@Nullable Origin origin) {
		for (Origin each = origin; each != null; each = each.getParent()) {
			Resource resource = (each instanceof TextResourceOrigin text) ? text.getResource() : null;
			if (resource != null) {
				require(resource);
			}
		}
	}

	/**
	 * Requires that only root could change a resource.
	 * @param resource the resource, which need not exist
	 */
	void require(Resource resource) {
		if (resource instanceof OriginTrackedResource tracked) {
			require(tracked.getResource());
		}
		else if (resource.isFile() && !(resource instanceof ClassPathResource)) {
			try {
				Path path = resource.getFile().toPath().toAbsolutePath();
				require(path.toString(), new CodeTrust().path(path));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		else if (!(resource instanceof ClassPathResource || resource instanceof ByteArrayResource)) {
			String name = resource.getDescription();
			throw new UntrustedConfigurationException(name,
					List.of("'" + name + "' is not a file, so it is unknown who could change it"));
		}
	}

	private static void requireTree(Path directory) {
		try {
			require(directory.toString(), new CodeTrust().path(directory).tree(directory));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void require(String name, CodeTrust trust) {
		if (!trust.problems().isEmpty()) {
			throw new UntrustedConfigurationException(name, trust.problems());
		}
	}

}
