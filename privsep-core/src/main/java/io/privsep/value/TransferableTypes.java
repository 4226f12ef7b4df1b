package io.privsep.value;

import java.lang.reflect.Type;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The types whose values can be sent between the application and a helper: makes their
 * codecs, and describes their structure for the digest of the function table.
 * <p>
 * The list is closed: a type that is open to subclasses would let the sender choose what
 * is decoded.
 */
public final class TransferableTypes {

	static final Set<String> SIMPLE = Set.of("boolean", "byte", "short", "char", "int", "long", "float", "double",
			"java.lang.Boolean", "java.lang.Byte", "java.lang.Short", "java.lang.Character", "java.lang.Integer",
			"java.lang.Long", "java.lang.Float", "java.lang.Double", "java.lang.String", "[B");

	static final Set<String> NUMBERS = Set.of("java.math.BigInteger", "java.math.BigDecimal", "java.util.UUID",
			"java.net.InetAddress");

	static final Set<String> TEXTS = Set.of("java.net.URI", "java.nio.file.Path", "java.time.Instant",
			"java.time.Duration", "java.time.Period", "java.time.LocalDate", "java.time.LocalTime",
			"java.time.LocalDateTime", "java.time.OffsetTime", "java.time.OffsetDateTime", "java.time.ZonedDateTime",
			"java.time.ZoneId", "java.time.ZoneOffset", "java.time.Year", "java.time.YearMonth", "java.time.MonthDay",
			"java.time.DayOfWeek", "java.time.Month");

	private @Nullable StructuredTypes structured;

	/**
	 * Whether a type has single values, which have a short text.
	 * @param type the type
	 * @return whether it is neither an array nor a container nor a record
	 */
	public static boolean isSingle(Class<?> type) {
		return type.isEnum() || !type.isArray() && single(type) != null;
	}

	/**
	 * The structure of all records, enums and sealed interfaces so far.
	 * @return a line for each
	 */
	public String structure() {
		return (this.structured != null) ? this.structured.structure() : "";
	}

	/**
	 * The codec of a type.
	 * @param type the declared type
	 * @return the codec
	 * @throws UnsupportedTypeException if the type is not transferable
	 */
	public ValueCodec codec(Type type) throws UnsupportedTypeException {
		return codec(type, Object.class);
	}

	/**
	 * The codec of a type whose values have no others in them.
	 * @param type the type
	 * @return the codec; {@code null} if it is not such a type
	 */
	static @Nullable ValueCodec single(Class<?> type) {
		if (SIMPLE.contains(type.getName())) {
			return new SimpleCodec(type);
		}
		if (NUMBERS.contains(type.getName())) {
			return NumberCodec.of(type);
		}
		if (TEXTS.contains(type.getName())) {
			return TextCodec.of(type);
		}
		return (type.isArray() && type.getComponentType().isPrimitive()) ? PrimitiveArrayCodec.of(type) : null;
	}

	/**
	 * The codec of a type that a method of a class declares.
	 * @param type the declared type, which may have type variables of what the class
	 * extends or implements
	 * @param user the class
	 * @return the codec
	 * @throws UnsupportedTypeException if the type is not transferable
	 */
	public ValueCodec codec(Type type, Class<?> user) throws UnsupportedTypeException {
		ValueCodec single = (type instanceof Class<?> c) ? single(c) : null;
		if (single != null) {
			return single;
		}
		if (this.structured == null) {
			this.structured = new StructuredTypes();
		}
		return this.structured.codec(type, user);
	}

	/**
	 * The codec of a result.
	 * @param type the declared type, which may be {@code void}
	 * @param user the class, as for {@link #codec(Type, Class)}
	 * @return the codec
	 * @throws UnsupportedTypeException if the type is not transferable
	 */
	public ValueCodec resultCodec(Type type, Class<?> user) throws UnsupportedTypeException {
		boolean isNothing = type == void.class || type == Void.class || type.getTypeName().equals("kotlin.Unit");
		return isNothing ? new SimpleCodec(void.class) : codec(type, user);
	}

}
