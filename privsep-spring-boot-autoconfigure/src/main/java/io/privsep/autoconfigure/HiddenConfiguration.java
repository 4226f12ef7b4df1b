package io.privsep.autoconfigure;

import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.UrlResource;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * A file that configures contexts and is not read: of files with the same name on the
 * class path, Spring Boot reads the first. Mostly that is one of the tests.
 *
 * @param file the file
 * @param hiddenBy the file that is read instead
 */
record HiddenConfiguration(String file, String hiddenBy) {

	/**
	 * Looks for files that configure contexts.
	 * @param contexts names of the contexts
	 * @param environment tells the names of files that Spring Boot reads
	 * @return the files that configure any of them
	 */
	static List<HiddenConfiguration> find(Collection<String> contexts, Environment environment) {
		List<HiddenConfiguration> found = new ArrayList<>();
		ClassLoader classLoader = Objects.requireNonNull(ClassUtils.getDefaultClassLoader());
		for (PropertySourceLoader loader : SpringFactoriesLoader.forDefaultResourceLocation(classLoader)
			.load(PropertySourceLoader.class)) {
			for (String extension : loader.getFileExtensions()) {
				for (String name : names(environment)) {
					find(loader, urls(classLoader, name + "." + extension), contexts, found);
				}
			}
		}
		return found;
	}

	private static List<String> names(Environment environment) {
		List<String> names = new ArrayList<>();
		for (String directory : List.of("", "config/")) {
			for (String name : StringUtils
				.commaDelimitedListToSet(environment.getProperty("spring.config.name", "application"))) {
				names.add(directory + name);
				for (String profile : environment.getActiveProfiles()) {
					names.add(directory + name + "-" + profile);
				}
			}
		}
		return names;
	}

	private static List<URL> urls(ClassLoader classLoader, String name) {
		try {
			return Collections.list(classLoader.getResources(name));
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	private static void find(PropertySourceLoader loader, List<URL> urls, Collection<String> contexts,
			List<HiddenConfiguration> found) {
		for (URL url : urls.subList(Math.min(1, urls.size()), urls.size())) {
			try {
				List<PropertySource<?>> sources = loader.load(url.toString(), new UrlResource(url));
				if (contexts.stream().anyMatch((context) -> sources.stream().anyMatch(has(context)))) {
					found.add(new HiddenConfiguration(text(url), text(urls.get(0))));
				}
			}
			catch (IOException | RuntimeException ex) {
				// one that cannot be read would not have been of use either
			}
		}
	}

	private static Predicate<PropertySource<?>> has(String context) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of("privsep.contexts." + context);
		return (source) -> {
			@Nullable ConfigurationPropertySource properties = ConfigurationPropertySource.from(source);
			return properties != null && (properties.getConfigurationProperty(name) != null
					|| properties.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT);
		};
	}

	private static String text(URL url) {
		return url.getProtocol().equals("file") ? url.getPath() : url.toString();
	}

}
