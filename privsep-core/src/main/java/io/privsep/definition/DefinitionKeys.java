package io.privsep.definition;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The keys of a definition while it is read. Each is there once and is taken once, and
 * one that is left is unknown: neither a typo nor a second line may disable a
 * restriction.
 */
final class DefinitionKeys {

	private final Properties left = new Once();

	DefinitionKeys(String text) throws IOException {
		this.left.load(new StringReader(text));
	}

	boolean has(String name) {
		return this.left.containsKey(name);
	}

	@Nullable String takeIfPresent(String name) {
		return (String) this.left.remove(name);
	}

	String take(String name) {
		String value = takeIfPresent(name);
		if (value == null) {
			throw new IllegalArgumentException("'" + name + "' is missing");
		}
		return value;
	}

	boolean takeBoolean(String name) {
		return takeChoice(name, "true", "false");
	}

	/**
	 * Takes a value that is one of two words.
	 * @param name the key
	 * @param yes one of them
	 * @param no the other
	 * @return whether it is the first
	 */
	boolean takeChoice(String name, String yes, String no) {
		String value = take(name);
		if (!value.equals(yes) && !value.equals(no)) {
			throw new IllegalArgumentException(
					"'" + name + "' must be '" + yes + "' or '" + no + "', not '" + value + "'");
		}
		return value.equals(yes);
	}

	List<String> takeList(String prefix) {
		List<String> values = new ArrayList<>();
		for (String value = takeIfPresent(prefix + 0); value != null; value = takeIfPresent(prefix + values.size())) {
			values.add(value);
		}
		return values;
	}

	/**
	 * The keys that are not taken yet.
	 * @return a copy
	 */
	Set<String> left() {
		return this.left.stringPropertyNames();
	}

	void requireNoneLeft() {
		for (String name : left()) {
			throw new IllegalArgumentException("'" + name + "' is unknown");
		}
	}

	/** Properties would take the last of several values. */
	private static final class Once extends Properties {

		private static final long serialVersionUID = 1L;

		@Override
		public synchronized @Nullable Object put(Object name, Object value) {
			if (putIfAbsent(name, value) != null) {
				throw new IllegalArgumentException("'" + name + "' is there twice");
			}
			return null;
		}

	}

}
