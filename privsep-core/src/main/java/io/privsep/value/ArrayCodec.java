package io.privsep.value;

import java.lang.reflect.Array;

import org.jspecify.annotations.Nullable;

/**
 * The codec of arrays, but those of primitives.
 */
final class ArrayCodec extends ValueCodec {

	private final ValueCodec element;

	ArrayCodec(ValueCodec element) {
		super(element.type().arrayType(), element.typeName() + "[]");
		this.element = element;
	}

	@Override
	void writeValue(Object value, ValueWriter out) {
		Object[] array = (Object[]) value;
		out.begin(array.length);
		out.frame().putInt(array.length);
		for (Object each : array) {
			this.element.write(each, out);
		}
		out.end();
	}

	@Override
	Object readValue(ValueReader in) {
		@Nullable Object[] array = (@Nullable Object[]) Array.newInstance(this.element.type(), in.beginElements(1));
		for (int i = 0; i < array.length; i++) {
			array[i] = this.element.read(in);
		}
		in.end();
		return array;
	}

}
