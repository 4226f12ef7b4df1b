package io.privsep.value;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The codec of maps. Their keys are of types that a {@link java.util.HashMap} keeps in
 * order where their hash codes are the same, so that the sender cannot make it slow.
 */
final class MapCodec extends ValueCodec {

	/** In characters. */
	static final int MAX_KEY_LENGTH = 1024;

	private final ValueCodec key;

	private final ValueCodec value;

	MapCodec(ValueCodec key, ValueCodec value) {
		super(Map.class, "java.util.Map<" + key.typeName() + "," + value.typeName() + ">");
		this.key = key;
		this.value = value;
	}

	static boolean isKey(ValueCodec key) {
		return switch (key.typeName()) {
			case "java.lang.String", "java.lang.Byte", "java.lang.Short", "java.lang.Integer", "java.lang.Long",
					"java.util.UUID" ->
				true;
			default -> key.type().isEnum();
		};
	}

	@Override
	void writeValue(Object value, ValueWriter out) {
		Map<?, ?> map = (Map<?, ?>) value;
		int count = map.size();
		out.begin(2L * count);
		out.frame().putInt(count);
		for (Map.Entry<?, ?> entry : map.entrySet()) {
			this.key.write(bounded(entry.getKey()), out);
			this.value.write(entry.getValue(), out);
			count--;
		}
		if (count != 0) {
			throw new UnacceptableValueException("its number of elements changes");
		}
		out.end();
	}

	@Override
	Object readValue(ValueReader in) {
		int count = in.beginElements(2);
		Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
		for (int i = 0; i < count; i++) {
			Object key = bounded(this.key.read(in));
			int size = map.size();
			map.put(key, this.value.read(in));
			if (map.size() == size) {
				throw new UnacceptableValueException("a map has a key twice");
			}
		}
		in.end();
		return map;
	}

	private static @Nullable Object bounded(@Nullable Object key) {
		if (key instanceof String text && text.length() > MAX_KEY_LENGTH) {
			throw new UnacceptableValueException("a key has more than " + MAX_KEY_LENGTH + " characters");
		}
		return key;
	}

}
