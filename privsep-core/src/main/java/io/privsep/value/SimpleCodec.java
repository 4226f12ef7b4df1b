package io.privsep.value;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameWriter;

/**
 * The codec of primitives and their boxes, {@code String} and {@code byte[]}.
 */
final class SimpleCodec extends ValueCodec {

	static final String NO_CODEC = "There is no codec of ";

	SimpleCodec(Class<?> type) {
		super(type, type.getName());
	}

	@Override
	void write(@Nullable Object value, ValueWriter out) {
		if (!type().isPrimitive()) {
			super.write(value, out);
		}
		else if (type() != void.class) {
			if (value == null) {
				throw new UnacceptableValueException("it is never null");
			}
			writeValue(value, out);
		}
	}

	@Override
	@Nullable Object read(ValueReader in) {
		if (type() == void.class) {
			return null;
		}
		return type().isPrimitive() ? readValue(in) : super.read(in);
	}

	@Override
	void writeValue(Object value, ValueWriter values) {
		FrameWriter out = values.frame();
		switch (typeName()) {
			case "boolean", "java.lang.Boolean" -> out.putBoolean((Boolean) value);
			case "byte", "java.lang.Byte" -> out.putByte((Byte) value);
			case "short", "java.lang.Short" -> out.putShort((Short) value);
			case "char", "java.lang.Character" -> out.putShort((short) ((Character) value).charValue());
			case "int", "java.lang.Integer" -> out.putInt((Integer) value);
			case "long", "java.lang.Long" -> out.putLong((Long) value);
			case "float", "java.lang.Float" -> out.putInt(Float.floatToRawIntBits((Float) value));
			case "double", "java.lang.Double" -> out.putLong(Double.doubleToRawLongBits((Double) value));
			case "java.lang.String" -> out.putString((String) value);
			case "[B" -> out.putBytes((byte[]) value);
			default -> throw new IllegalStateException(NO_CODEC + typeName());
		}
	}

	@Override
	Object readValue(ValueReader values) {
		FrameBody in = values.frame();
		return switch (typeName()) {
			case "boolean", "java.lang.Boolean" -> in.getBoolean();
			case "byte", "java.lang.Byte" -> (byte) in.getByte();
			case "short", "java.lang.Short" -> in.getShort();
			case "char", "java.lang.Character" -> (char) in.getShort();
			case "int", "java.lang.Integer" -> in.getInt();
			case "long", "java.lang.Long" -> in.getLong();
			case "float", "java.lang.Float" -> Float.intBitsToFloat(in.getInt());
			case "double", "java.lang.Double" -> Double.longBitsToDouble(in.getLong());
			case "java.lang.String" -> in.getString();
			case "[B" -> in.getBytes();
			default -> throw new IllegalStateException(NO_CODEC + typeName());
		};
	}

}
