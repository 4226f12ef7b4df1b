package io.privsep.value;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the values of one declared type, which alone decides what is read.
 * <p>
 * What is read may have been chosen to do harm. A text is well-formed Unicode, and may
 * have any character in it, NUL and line ends included: code that makes more of it has to
 * check it. A {@link java.nio.file.Path} has no NUL, and may lead anywhere.
 */
public abstract sealed class ValueCodec permits EnumCodec, ListCodec, MapCodec, NumberCodec, OptionalCodec,
		PrimitiveArrayCodec, RecordCodec, SealedCodec, SimpleCodec, TextCodec {

	private final Class<?> type;

	private final String typeName;

	ValueCodec(Class<?> type, String typeName) {
		this.type = type;
		this.typeName = typeName;
	}

	/**
	 * Makes the codec of a type that is known to be transferable.
	 * @param type the type
	 * @return the codec
	 * @throws IllegalArgumentException if the type is not transferable
	 */
	public static ValueCodec of(Type type) {
		try {
			return new TransferableTypes().resultCodec(type, Object.class);
		}
		catch (UnsupportedTypeException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

	/**
	 * The class of the values.
	 * @return the class, without type arguments
	 */
	public final Class<?> type() {
		return this.type;
	}

	/**
	 * Name of the type, with its type arguments.
	 * @return a name that no other type has
	 */
	public final String typeName() {
		return this.typeName;
	}

	/**
	 * Writes a value, or {@code null}.
	 * @param value the value
	 * @param out where it goes
	 */
	void write(@Nullable Object value, ValueWriter out) {
		out.frame().putBoolean(value != null);
		if (value != null) {
			writeValue(value, out);
		}
	}

	/**
	 * Reads a value, or {@code null}.
	 * @param in where it comes from
	 * @return the value
	 */
	@Nullable Object read(ValueReader in) {
		return in.frame().getBoolean() ? readValue(in) : null;
	}

	abstract void writeValue(Object value, ValueWriter out);

	abstract Object readValue(ValueReader in);

}
