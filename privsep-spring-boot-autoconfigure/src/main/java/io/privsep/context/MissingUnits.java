package io.privsep.context;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

import io.privsep.functions.MissingUnit;

/**
 * Durations and sizes that are written without a unit. Spring Boot takes them for
 * milliseconds and bytes, which nobody means who writes {@code call-timeout: 5} or
 * {@code max-heap: 64}.
 */
final class MissingUnits {

	private final Map<ConfigurationPropertyName, String> suggestions = new TreeMap<>();

	private final Map<ConfigurationPropertyName, String> texts = new TreeMap<>();

	MissingUnits() {
	}

	/**
	 * Looks at a property that has been bound.
	 * @param name its name
	 * @param target what it is bound to
	 * @param context has its text
	 */
	void add(ConfigurationPropertyName name, Bindable<?> target, BindContext context) {
		Class<?> type = target.getType().resolve();
		if ((type == Duration.class || type == DataSize.class) && context.getConfigurationProperty() != null) {
			// of a placeholder, what it stands for
			String text = context.getBinder().bind(name, Bindable.of(String.class)).orElse("");
			String suggestion = MissingUnit.suggestion(text, type);
			if (suggestion != null) {
				this.texts.put(name, text);
				this.suggestions.put(name, suggestion);
			}
		}
	}

	/**
	 * Requires that there are none.
	 * @throws InvalidConfigurationPropertyValueException that names all
	 */
	void requireNone() {
		if (this.texts.isEmpty()) {
			return;
		}
		ConfigurationPropertyName first = this.texts.keySet().iterator().next();
		StringBuilder reason = new StringBuilder("it has no unit; write '").append(this.suggestions.get(first))
			.append("' if that is meant");
		this.suggestions.forEach((name, suggestion) -> {
			if (name != first) {
				reason.append(". '").append(name).append("' has none either; write '").append(suggestion).append("'");
			}
		});
		throw new InvalidConfigurationPropertyValueException(first.toString(), this.texts.get(first),
				reason.toString());
	}

}
