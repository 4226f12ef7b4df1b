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
 * Durations and sizes that are none, or are written without a unit. Spring Boot takes
 * numbers for milliseconds and bytes, which nobody means who writes
 * {@code call-timeout: 5} or {@code max-heap: 64}.
 */
final class InvalidQuantities {

	private final Map<ConfigurationPropertyName, String> reasons = new TreeMap<>();

	private final Map<ConfigurationPropertyName, String> texts = new TreeMap<>();

	InvalidQuantities() {
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
			String text = text(name, context);
			String suggestion = MissingUnit.suggestion(text, type);
			if (suggestion != null) {
				this.texts.put(name, text);
				this.reasons.put(name, "it has no unit; write '" + suggestion + "' if that is meant");
			}
		}
	}

	/**
	 * Looks at a property that could not be bound.
	 * @param name its name
	 * @param target what it would be bound to
	 * @param context has its text
	 * @return whether it is a duration or a size
	 */
	boolean addInvalid(ConfigurationPropertyName name, Bindable<?> target, BindContext context) {
		Class<?> type = target.getType().resolve();
		if (type != Duration.class && type != DataSize.class) {
			return false;
		}
		String text = text(name, context);
		this.texts.put(name, text);
		this.reasons.put(name, "'" + text + "' is no "
				+ ((type == Duration.class) ? "duration; write one such as '2s'" : "size; write one such as '64MB'"));
		return true;
	}

	// of a placeholder, what it stands for
	private static String text(ConfigurationPropertyName name, BindContext context) {
		return context.getBinder().bind(name, Bindable.of(String.class)).orElse("");
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
		StringBuilder reason = new StringBuilder(this.reasons.get(first));
		this.reasons.forEach((name, each) -> {
			if (name != first) {
				reason.append(". '").append(name).append("': ").append(each);
			}
		});
		throw new InvalidConfigurationPropertyValueException(first.toString(), this.texts.get(first),
				reason.toString());
	}

}
