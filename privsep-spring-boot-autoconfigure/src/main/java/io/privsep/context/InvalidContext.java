package io.privsep.context;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * A property of a context that has no valid value.
 */
final class InvalidContext {

	private InvalidContext() {
	}

	static InvalidConfigurationPropertyValueException value(String name, String property, @Nullable Object value,
			String reason) {
		return new InvalidConfigurationPropertyValueException("privsep.contexts." + name + property, value, reason);
	}

	// The reason names the element: the property may be written with a placeholder, and
	// have others.
	static InvalidConfigurationPropertyValueException element(String name, String property, String element,
			String reason) {
		return value(name, property, element, "'" + element + "': " + reason);
	}

}
