package io.privsep.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
 * Refuses properties that nothing asks for, in every source. Spring Boot leaves
 * environment variables and system properties out, where a mistyped restriction would be
 * none. Refuses as well a sandbox all of whose properties are empty.
 */
final class UnknownElementsBindHandler extends AbstractBindHandler {

	/** What is bound where this looks; a handler gets all that an application binds. */
	private final Class<?> type;

	/** Below which a property has to be known. */
	private final ConfigurationPropertyName root;

	/** What was asked for, and what it would have been bound to. */
	private final Map<ConfigurationPropertyName, Class<?>> asked = new HashMap<>();

	private final List<ConfigurationPropertyName> missingSandboxes = new ArrayList<>();

	UnknownElementsBindHandler(Class<?> type, ConfigurationPropertyName root, BindHandler parent) {
		super(parent);
		this.type = type;
		this.root = root;
	}

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		if (this.root.isAncestorOf(name)) {
			this.asked.put(name, target.getType().resolve(Object.class));
		}
		return super.onStart(name, target, context);
	}

	@Override
	public void onFinish(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			@Nullable Object result) throws Exception {
		super.onFinish(name, target, context, result);
		if (target.getType().resolve() == Sandbox.class && result == null) {
			this.missingSandboxes.add(name);
		}
		if (context.getDepth() == 0 && target.getType().resolve() == this.type) {
			requireKnown(context);
			requireSandboxes(context);
		}
	}

	private void requireKnown(BindContext context) {
		Set<ConfigurationProperty> unknown = new TreeSet<>();
		for (ConfigurationPropertySource source : context.getSources()) {
			Map<ConfigurationPropertyName, Class<?>> known = known(source, this.root);
			for (ConfigurationPropertyName name : names(source, this.root)) {
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
				// of a context 'a' there is no sandbox where there is one 'a-sandbox'
				Map<ConfigurationPropertyName, Class<?>> known = known(source, sandbox);
				for (ConfigurationPropertyName name : names(source, sandbox)) {
					if (isKnown(name, known)) {
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
	}

	private static Set<ConfigurationPropertyName> names(ConfigurationPropertySource source,
			ConfigurationPropertyName parent) {
		if (!(source instanceof IterableConfigurationPropertySource iterable)) {
			return Set.of();
		}
		ConfigurationPropertyName legacy = isEnvironment(source) ? legacy(parent) : parent;
		return iterable.stream()
			.filter((name) -> parent.isAncestorOf(name) || legacy.isAncestorOf(name))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private Map<ConfigurationPropertyName, Class<?>> known(ConfigurationPropertySource source,
			ConfigurationPropertyName parent) {
		Map<ConfigurationPropertyName, Class<?>> known = new HashMap<>();
		this.asked.forEach((name, type) -> {
			if (parent.isAncestorOf(name)) {
				known.put(name, type);
				if (isEnvironment(source)) {
					known.put(legacy(name), type);
				}
			}
		});
		return known;
	}

	private static boolean isKnown(ConfigurationPropertyName name, Map<ConfigurationPropertyName, Class<?>> known) {
		if (known.containsKey(name) || known.containsKey(ofFirst(name))) {
			return true;
		}
		for (ConfigurationPropertyName each = name; !each.isEmpty(); each = each.getParent()) {
			// of settings, or of a list that is overridden by one in a single value
			if (known.get(each) == Map.class || each.isLastElementIndexed() && isCollection(known.get(each.getParent()))
					&& !known.containsKey(ofFirst(each))) {
				return true;
			}
		}
		return false;
	}

	private static boolean isCollection(@Nullable Class<?> type) {
		return type != null && (type.isArray() || Collection.class.isAssignableFrom(type));
	}

	// Of a list that is overridden by a shorter one not all elements are asked for.
	private static ConfigurationPropertyName ofFirst(ConfigurationPropertyName name) {
		return ConfigurationPropertyName.adapt(name.toString().replaceAll("\\[[0-9]+]", "[0]"), '.');
	}

	private static boolean isEnvironment(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
	}

	// In environment variables a hyphen is nothing, or, as of old, the same as a dot.
	private static ConfigurationPropertyName legacy(ConfigurationPropertyName name) {
		return ConfigurationPropertyName.adapt(name.toString().replace('-', '.'), '.');
	}

}
