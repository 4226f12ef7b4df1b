package io.privsep.autoconfigure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.privsep.autoconfigure.PrivsepProperties.Sandbox;

/**
 * Fails where something is configured for contexts that nothing has asked for, and where
 * a sandbox is named of which nothing has a value. Spring Boot does not look for the
 * former in environment variables and system properties, where a mistyped restriction
 * would be none.
 */
final class UnknownElementsBindHandler extends AbstractBindHandler {

	private static final ConfigurationPropertyName CONTEXTS = ConfigurationPropertyName.of("privsep.contexts");

	/** What was asked for, and what it would have been bound to. */
	private final Map<ConfigurationPropertyName, Class<?>> asked = new HashMap<>();

	private final List<ConfigurationPropertyName> missingSandboxes = new ArrayList<>();

	UnknownElementsBindHandler(BindHandler parent) {
		super(parent);
	}

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		if (CONTEXTS.isAncestorOf(name)) {
			this.asked.put(name, target.getType().resolve(Object.class));
		}
		return super.onStart(name, target, context);
	}

	@Override
	public void onFinish(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			@Nullable Object result) throws Exception {
		super.onFinish(name, target, context, result);
		Class<?> type = target.getType().resolve();
		if (type == Sandbox.class && result == null) {
			this.missingSandboxes.add(name);
		}
		else if (type == PrivsepProperties.class) {
			requireKnown(context);
			requireSandboxes(context);
		}
	}

	private void requireKnown(BindContext context) {
		Set<ConfigurationProperty> unknown = new TreeSet<>();
		for (ConfigurationPropertySource source : context.getSources()) {
			Map<ConfigurationPropertyName, Class<?>> known = known(source);
			for (ConfigurationPropertyName name : names(source, CONTEXTS)) {
				ConfigurationProperty property = isKnown(name, known) ? null : source.getConfigurationProperty(name);
				if (property != null) {
					unknown.add(property);
				}
			}
		}
		if (!unknown.isEmpty()) {
			throw new UnboundConfigurationPropertiesException(unknown);
		}
	}

	private void requireSandboxes(BindContext context) {
		for (ConfigurationPropertySource source : context.getSources()) {
			for (ConfigurationPropertyName sandbox : this.missingSandboxes) {
				List<ConfigurationPropertyName> names = new ArrayList<>(names(source, sandbox));
				if (isEnvironment(source)) {
					names.addAll(names(source, legacy(sandbox)));
				}
				for (ConfigurationPropertyName name : names) {
					ConfigurationProperty property = source.getConfigurationProperty(name);
					throw new InvalidConfigurationPropertyValueException(name.toString(),
							(property != null) ? property.getValue() : null,
							"it gives no property of '" + sandbox
									+ "' a value, and nothing else does, so that there would be"
									+ " no sandbox; for one with all defaults, set '" + sandbox
									+ "' itself to nothing");
				}
			}
		}
	}

	private static List<ConfigurationPropertyName> names(ConfigurationPropertySource source,
			ConfigurationPropertyName parent) {
		return (source instanceof IterableConfigurationPropertySource iterable)
				? iterable.stream().filter(parent::isAncestorOf).toList() : List.of();
	}

	private Map<ConfigurationPropertyName, Class<?>> known(ConfigurationPropertySource source) {
		if (!isEnvironment(source)) {
			return this.asked;
		}
		Map<ConfigurationPropertyName, Class<?>> known = new HashMap<>(this.asked);
		this.asked.forEach((name, type) -> known.put(legacy(name), type));
		return known;
	}

	private static boolean isKnown(ConfigurationPropertyName name, Map<ConfigurationPropertyName, Class<?>> known) {
		if (known.containsKey(name) || name.isLastElementIndexed() && known.get(name.getParent()) == List.class) {
			return true;
		}
		// settings
		for (ConfigurationPropertyName each = name.getParent(); CONTEXTS.isAncestorOf(each); each = each.getParent()) {
			if (known.get(each) == Map.class) {
				return true;
			}
		}
		return false;
	}

	private static boolean isEnvironment(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
	}

	// In environment variables a hyphen is nothing, or, as of old, the same as a dot.
	private static ConfigurationPropertyName legacy(ConfigurationPropertyName name) {
		return ConfigurationPropertyName.adapt(name.toString().replace('-', '.'), '.');
	}

}
