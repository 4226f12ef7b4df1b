package io.privsep.value;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.LogLine;

/**
 * The codec of a record: its components, one after the other. It is read by the record's
 * own constructor, which may refuse it.
 */
final class RecordCodec extends ValueCodec {

	private static final int MAX_CAUSE = 8192;

	private final Constructor<?> constructor;

	private final Field[] fields;

	private ValueCodec[] components = {};

	RecordCodec(Class<?> type, String typeName) {
		super(type, typeName);
		RecordComponent[] declared = type.getRecordComponents();
		Class<?>[] types = new Class<?>[declared.length];
		this.fields = new Field[declared.length];
		try {
			for (int i = 0; i < declared.length; i++) {
				types[i] = declared[i].getType();
				this.fields[i] = type.getDeclaredField(declared[i].getName());
				this.fields[i].setAccessible(true);
			}
			this.constructor = type.getDeclaredConstructor(types);
			this.constructor.setAccessible(true);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("Each record has a field for each component, and their constructor", ex);
		}
	}

	// afterwards, as a record may have itself in it
	void setComponents(List<ValueCodec> components) {
		this.components = components.toArray(this.components);
	}

	@Override
	void writeValue(Object value, ValueWriter out) {
		out.begin(this.fields.length);
		try {
			for (int i = 0; i < this.fields.length; i++) {
				// not by its accessor, which may give something else
				this.components[i].write(this.fields[i].get(value), out);
			}
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
		out.end();
	}

	@Override
	Object readValue(ValueReader in) {
		in.begin(this.components.length);
		@Nullable Object[] values = new @Nullable Object[this.components.length];
		for (int i = 0; i < values.length; i++) {
			values[i] = this.components[i].read(in);
		}
		in.end();
		try {
			return this.constructor.newInstance(values);
		}
		catch (InvocationTargetException ex) {
			Throwable cause = Objects.requireNonNullElse(ex.getCause(), ex);
			if (cause instanceof OutOfMemoryError error) {
				throw error;
			}
			throw new UnacceptableValueException(text(cause), cause);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	// It may tell the value, and its own methods may throw.
	private static String text(Throwable cause) {
		try {
			return LogLine.printable(cause.toString(), MAX_CAUSE);
		}
		catch (RuntimeException | Error ex) {
			return cause.getClass().getName();
		}
	}

}
