package io.privsep.value;

import java.util.Optional;

/**
 * The codec of optionals: that of a value, or of none.
 */
final class OptionalCodec extends ValueCodec {

	private final ValueCodec value;

	OptionalCodec(ValueCodec value) {
		super(Optional.class, "java.util.Optional<" + value.typeName() + ">");
		this.value = value;
	}

	@Override
	void writeValue(Object value, ValueWriter out) {
		out.begin(1);
		this.value.write(((Optional<?>) value).orElse(null), out);
		out.end();
	}

	@Override
	Object readValue(ValueReader in) {
		in.begin(1);
		Optional<?> optional = Optional.ofNullable(this.value.read(in));
		in.end();
		return optional;
	}

}
