package io.privsep.value;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

/**
 * A type is not transferable.
 */
public final class UnsupportedTypeException extends Exception {

	private static final long serialVersionUID = 1L;

	private final transient @Nullable Class<?> type;

	private final String typeName;

	private final @Nullable String instead;

	private final String place;

	UnsupportedTypeException(Type declared, Class<?> type) {
		this(type, declared.getTypeName(), null, "");
	}

	UnsupportedTypeException(Type type, String instead) {
		this((type instanceof Class<?> c) ? c : null, type.getTypeName(), instead, "");
	}

	UnsupportedTypeException(String typeName, String instead) {
		this(null, typeName, instead, "");
	}

	UnsupportedTypeException(@Nullable Class<?> type, String typeName, @Nullable String instead, String place) {
		super("'" + typeName + "'" + place + " is not transferable" + ((instead != null) ? "; use " + instead : ""));
		this.type = type;
		this.typeName = typeName;
		this.instead = instead;
		this.place = place;
	}

	UnsupportedTypeException in(String place) {
		return this.place.isEmpty()
				? new UnsupportedTypeException(this.type, this.typeName, this.instead, " (in " + place + ")") : this;
	}

	/**
	 * The type, without its type arguments.
	 * @return the class; {@code null} if it is none
	 */
	public @Nullable Class<?> type() {
		return this.type;
	}

	/**
	 * What to use instead, in the words of Java.
	 * @return the words; {@code null} where the type alone tells
	 */
	public @Nullable String instead() {
		return this.instead;
	}

	/**
	 * The message with other advice.
	 * @param advice the advice
	 * @return a sentence
	 */
	public String because(String advice) {
		return "'" + this.typeName + "'" + this.place + " is not transferable; " + advice;
	}

}
