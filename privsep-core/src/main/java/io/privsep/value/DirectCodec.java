package io.privsep.value;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.MalformedFrameException;

/**
 * The codecs of the types that are written directly: a tag, a length where there is one,
 * the bytes.
 */
enum DirectCodec implements ValueCodec {

	VOID(void.class, Void.class) {

		@Override
		void writeValue(Object value, FrameWriter out) {
			throw new IllegalArgumentException("There is no value of type void");
		}

		@Override
		Object readValue(FrameBody in) {
			throw new MalformedFrameException("There is no value of type void");
		}

	},

	BOOLEAN(boolean.class, Boolean.class) {

		@Override
		void writeValue(Object value, FrameWriter out) {
			out.putBoolean((Boolean) value);
		}

		@Override
		Object readValue(FrameBody in) {
			return in.getBoolean();
		}

	},

	BYTE(byte.class, Byte.class) {

		@Override
		void writeValue(Object value, FrameWriter out) {
			out.putByte((Byte) value);
		}

		@Override
		Object readValue(FrameBody in) {
			return (byte) in.getByte();
		}

	},

	SHORT(short.class, Short.class) {

		@Override
		void writeValue(Object value, FrameWriter out) {
			out.putShort((Short) value);
		}

		@Override
		Object readValue(FrameBody in) {
			return in.getShort();
		}

	},

	CHAR(char.class, Character.class) {

		@Override
		void writeValue(Object value, FrameWriter out) {
			out.putShort((short) ((Character) value).charValue());
		}

		@Override
		Object readValue(FrameBody in) {
			return (char) in.getShort();
		}

	},

	INT(int.class, Integer.class) {

		@Override
		void writeValue(Object value, FrameWriter out) {
			out.putInt((Integer) value);
		}

		@Override
		Object readValue(FrameBody in) {
			return in.getInt();
		}

	},

	LONG(long.class, Long.class) {

		@Override
		void writeValue(Object value, FrameWriter out) {
			out.putLong((Long) value);
		}

		@Override
		Object readValue(FrameBody in) {
			return in.getLong();
		}

	},

	FLOAT(float.class, Float.class) {

		@Override
		void writeValue(Object value, FrameWriter out) {
			out.putInt(Float.floatToRawIntBits((Float) value));
		}

		@Override
		Object readValue(FrameBody in) {
			return Float.intBitsToFloat(in.getInt());
		}

	},

	DOUBLE(double.class, Double.class) {

		@Override
		void writeValue(Object value, FrameWriter out) {
			out.putLong(Double.doubleToRawLongBits((Double) value));
		}

		@Override
		Object readValue(FrameBody in) {
			return Double.longBitsToDouble(in.getLong());
		}

	},

	STRING(String.class, String.class) {

		@Override
		void writeValue(Object value, FrameWriter out) {
			out.putString((String) value);
		}

		@Override
		Object readValue(FrameBody in) {
			return in.getString();
		}

	},

	BYTES(byte[].class, byte[].class) {

		@Override
		void writeValue(Object value, FrameWriter out) {
			out.putBytes((byte[]) value);
		}

		@Override
		Object readValue(FrameBody in) {
			return in.getBytes();
		}

	};

	private static final int NULL = 0;

	private final Class<?> type;

	private final Class<?> boxed;

	private final ValueCodec primitive = new PrimitiveCodec(this);

	DirectCodec(Class<?> type, Class<?> boxed) {
		this.type = type;
		this.boxed = boxed;
	}

	static @Nullable ValueCodec of(Type type) {
		for (DirectCodec codec : values()) {
			if (type == codec.boxed || type == void.class && codec == VOID) {
				return codec;
			}
			if (type == codec.type) {
				return codec.primitive;
			}
		}
		return null;
	}

	private int tag() {
		return ordinal() + 1;
	}

	@Override
	public void write(@Nullable Object value, FrameWriter out) {
		if (value == null) {
			out.putByte(NULL);
		}
		else {
			out.putByte(tag());
			writeValue(value, out);
		}
	}

	@Override
	public @Nullable Object read(FrameBody in) {
		int tag = in.getByte();
		if (tag == NULL) {
			return null;
		}
		if (tag != tag()) {
			throw new MalformedFrameException("Tag " + tag + " where a " + name() + " has " + tag());
		}
		return readValue(in);
	}

	abstract void writeValue(Object value, FrameWriter out);

	abstract Object readValue(FrameBody in);

	/**
	 * A value that is never {@code null}.
	 */
	private record PrimitiveCodec(DirectCodec codec) implements ValueCodec {

		@Override
		public void write(@Nullable Object value, FrameWriter out) {
			if (value == null) {
				throw new IllegalArgumentException("A value of type " + this.codec.type + " is never null");
			}
			this.codec.write(value, out);
		}

		@Override
		public Object read(FrameBody in) {
			Object value = this.codec.read(in);
			if (value == null) {
				throw new MalformedFrameException("A value of type " + this.codec.type + " is never null");
			}
			return value;
		}

	}

}
