package io.privsep.context;

import java.util.Locale;

/**
 * How values of properties are written in application.yml.
 */
final class PropertyNames {

	private PropertyNames() {
	}

	static String of(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
