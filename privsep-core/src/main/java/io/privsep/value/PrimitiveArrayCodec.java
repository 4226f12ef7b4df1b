package io.privsep.value;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;

/**
 * The codec of arrays of primitives, but {@code byte[]}. What they need in memory they
 * have in bytes, so that their elements are not counted.
 */
final class PrimitiveArrayCodec extends ValueCodec {

	private final int size;

	private PrimitiveArrayCodec(Class<?> type) {
		super(type, type.getName());
		this.size = switch (typeName()) {
			case "[Z" -> 1;
			case "[S", "[C" -> Short.BYTES;
			case "[I", "[F" -> Integer.BYTES;
			case "[J", "[D" -> Long.BYTES;
			default -> throw new IllegalStateException("There is no codec of '" + typeName() + "'");
		};
	}

	// so that a method that may need it does not load it
	static ValueCodec of(Class<?> type) {
		return new PrimitiveArrayCodec(type);
	}

	@Override
	void writeValue(Object value, ValueWriter out) {
		int count = Array.getLength(value);
		ByteBuffer bytes = out.frame().putInt(count).room((long) count * this.size);
		switch (typeName()) {
			case "[Z" -> {
				for (boolean each : (boolean[]) value) {
					bytes.put((byte) (each ? 1 : 0));
				}
			}
			case "[S" -> bytes.asShortBuffer().put((short[]) value);
			case "[C" -> bytes.asCharBuffer().put((char[]) value);
			case "[I" -> bytes.asIntBuffer().put((int[]) value);
			case "[F" -> bytes.asFloatBuffer().put((float[]) value);
			case "[J" -> bytes.asLongBuffer().put((long[]) value);
			default -> bytes.asDoubleBuffer().put((double[]) value);
		}
	}

	@Override
	Object readValue(ValueReader in) {
		int count = in.frame().getInt();
		ByteBuffer bytes = in.frame().getSlice((long) count * this.size);
		Object array = Array.newInstance(type().getComponentType(), count);
		switch (typeName()) {
			case "[Z" -> {
				for (int i = 0; i < count; i++) {
					((boolean[]) array)[i] = flag(bytes.get());
				}
			}
			case "[S" -> bytes.asShortBuffer().get((short[]) array);
			case "[C" -> bytes.asCharBuffer().get((char[]) array);
			case "[I" -> bytes.asIntBuffer().get((int[]) array);
			case "[F" -> bytes.asFloatBuffer().get((float[]) array);
			case "[J" -> bytes.asLongBuffer().get((long[]) array);
			default -> bytes.asDoubleBuffer().get((double[]) array);
		}
		return array;
	}

	private static boolean flag(byte value) {
		if (value != 0 && value != 1) {
			throw new UnacceptableValueException("a boolean is 0 or 1, not " + value);
		}
		return value == 1;
	}

}
