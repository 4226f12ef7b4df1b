package io.privsep.context;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Refuses unknown properties in every source. Spring Boot ignores them in environment
 * variables and system properties, where a typo would then disable a restriction.
 */
final class StrictBindHandler extends AbstractBindHandler {

	private final Set<ConfigurationPropertyName> known = new HashSet<>();

	/** Maps whose values may be anything: settings, before their type is known. */
	private final Set<ConfigurationPropertyName> open = new HashSet<>();

	private final Set<ConfigurationPropertyName> lists = new HashSet<>();

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		ResolvableType type = target.getType();
		Class<?> raw = type.resolve(Object.class);
		this.known.add(name);
		if (raw == Map.class && type.getGeneric(1).resolve(Object.class) == Object.class) {
			this.open.add(name);
		}
		else if (raw.isArray() || Collection.class.isAssignableFrom(raw)) {
			this.lists.add(name);
		}
		return super.onStart(name, target, context);
	}

	@Override
	public void onFinish(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			@Nullable Object result) throws Exception {
		super.onFinish(name, target, context, result);
		if (context.getDepth() == 0) {
			requireKnown(name, target.getType(), context);
		}
	}

	private void requireKnown(ConfigurationPropertyName root, ResolvableType type, BindContext context) {
		Set<ConfigurationProperty> unknown = new TreeSet<>();
		Set<ConfigurationPropertyName> overridden = new HashSet<>();
		for (ConfigurationPropertySource source : context.getSources()) {
			Set<ConfigurationPropertyName> known = inSource(source, this.known);
			Set<ConfigurationPropertyName> passedOver = inSource(source, this.open);
			passedOver.addAll(inSource(source, overridden));
			for (ConfigurationPropertyName name : names(source, root)) {
				ConfigurationProperty property = (known.contains(name) || isBelow(name, passedOver)) ? null
						: source.getConfigurationProperty(name);
				if (property != null) {
					unknown.add(property);
				}
			}
			// a list is taken from the first source that has it, and from no other
			this.lists.stream().filter((list) -> isIn(source, list)).forEach(overridden::add);
		}
		if (!unknown.isEmpty()) {
			throw new UnknownKeysException(unknown, root, type);
		}
	}

	private static boolean isIn(ConfigurationPropertySource source, ConfigurationPropertyName name) {
		return source.getConfigurationProperty(name) != null
				|| source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT;
	}

	private static boolean isBelow(ConfigurationPropertyName name, Set<ConfigurationPropertyName> parents) {
		for (ConfigurationPropertyName each = name.getParent(); !each.isEmpty(); each = each.getParent()) {
			if (parents.contains(each)) {
				return true;
			}
		}
		return false;
	}

	private static Set<ConfigurationPropertyName> names(ConfigurationPropertySource source,
			ConfigurationPropertyName parent) {
		if (!(source instanceof IterableConfigurationPropertySource iterable)) {
			return Set.of();
		}
		Set<ConfigurationPropertyName> parents = inSource(source, Set.of(parent));
		return iterable.stream()
			.filter((name) -> parents.stream().anyMatch((each) -> each.isAncestorOf(name)))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	// In environment variables a hyphen is nothing, or, as of old, the same as a dot.
	static Set<ConfigurationPropertyName> inSource(ConfigurationPropertySource source,
			Set<ConfigurationPropertyName> names) {
		Set<ConfigurationPropertyName> all = new HashSet<>(names);
		if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource) {
			names.forEach((name) -> all.add(withoutHyphens(name)));
		}
		return all;
	}

	static ConfigurationPropertyName withoutHyphens(ConfigurationPropertyName name) {
		return ConfigurationPropertyName.adapt(name.toString().replace('-', '.'), '.');
	}

}
