package io.privsep.function;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Decides which types may cross between the application and a helper, and describes their
 * structure for the digest of the function table.
 * <p>
 * The list is closed: a type that is open to subclasses would let the sender choose what
 * is decoded.
 */
final class CrossingType {

	private static final Set<Class<?>> VALUES = Set.of(boolean.class, byte.class, short.class, char.class, int.class,
			long.class, float.class, double.class, Boolean.class, Byte.class, Short.class, Character.class,
			Integer.class, Long.class, Float.class, Double.class, String.class, BigInteger.class, BigDecimal.class,
			UUID.class, Path.class, URI.class, Instant.class, Duration.class, Period.class, LocalDate.class,
			LocalTime.class, LocalDateTime.class, OffsetTime.class, OffsetDateTime.class, ZonedDateTime.class,
			ZoneId.class, ZoneOffset.class, Year.class, YearMonth.class, MonthDay.class, DayOfWeek.class, Month.class);

	private static final Map<String, String> INSTEAD = Map.ofEntries(Map.entry("java.lang.Object", "a record"),
			Map.entry("java.lang.Class", "an enum"), Map.entry("java.io.File", "java.nio.file.Path"),
			Map.entry("java.util.Date", "java.time.Instant"),
			Map.entry("java.util.Calendar", "java.time.ZonedDateTime"),
			Map.entry("java.util.Collection", "List or Set"), Map.entry("java.lang.Iterable", "List"),
			Map.entry("java.util.ArrayList", "List"), Map.entry("java.util.HashMap", "Map"),
			Map.entry("java.util.HashSet", "Set"), Map.entry("java.lang.CharSequence", "String"),
			Map.entry("java.io.InputStream", "byte[]"), Map.entry("java.nio.ByteBuffer", "byte[]"),
			Map.entry("java.util.OptionalInt", "Optional<Integer>"), Map.entry("java.lang.Number", "BigDecimal"),
			Map.entry("java.net.URL", "java.net.URI"), Map.entry("java.util.stream.Stream", "List"));

	private final Set<Class<?>> described = new HashSet<>();

	private final Set<Class<?>> inProgress = new HashSet<>();

	private final StringBuilder records = new StringBuilder();

	/**
	 * Describes a type, or says why it may not cross.
	 * @param type the declared type
	 * @return the description; that of records is in {@link #records()}
	 * @throws NotCrossingException if the type may not cross
	 */
	String describe(Type type) throws NotCrossingException {
		return describe(type, Map.of());
	}

	/**
	 * Whether a type has single values, which have a short text.
	 * @param type the type
	 * @return whether it is neither an array nor a container nor a record
	 */
	static boolean isSingle(Class<?> type) {
		return VALUES.contains(type) || type.isEnum();
	}

	/**
	 * The structure of all records and enums seen so far.
	 * @return a line for each
	 */
	String records() {
		return this.records.toString();
	}

	private String describe(Type type, Map<TypeVariable<?>, Type> variables) throws NotCrossingException {
		if (type instanceof Class<?> c) {
			return describeClass(c);
		}
		if (type instanceof ParameterizedType parameterized) {
			return describeParameterized(parameterized, variables);
		}
		if (type instanceof GenericArrayType array) {
			return describe(array.getGenericComponentType(), variables) + "[]";
		}
		if (type instanceof TypeVariable<?> variable) {
			Type argument = variables.get(variable);
			if (argument == null) {
				throw new NotCrossingException(type, "a type without type variables");
			}
			return describe(argument, variables);
		}
		if (type instanceof WildcardType) {
			throw new NotCrossingException(type, "the type itself instead of a wildcard");
		}
		throw new NotCrossingException(type, "a record");
	}

	private String describeClass(Class<?> type) throws NotCrossingException {
		if (type.isArray()) {
			return describeClass(type.getComponentType()) + "[]";
		}
		if (VALUES.contains(type)) {
			return type.getName();
		}
		if (type.getTypeParameters().length > 0) {
			if (isContainer(type) || type.isRecord()) {
				throw new NotCrossingException(type, type.getSimpleName() + " with type arguments");
			}
			throw new NotCrossingException(type, instead(type));
		}
		if (type.isEnum()) {
			if (this.described.add(type)) {
				this.records.append(type.getName()).append(constants(type)).append('\n');
			}
			return type.getName();
		}
		if (type.isRecord()) {
			describeComponents(type, Map.of());
			return type.getName();
		}
		throw new NotCrossingException(type, instead(type));
	}

	private String describeParameterized(ParameterizedType type, Map<TypeVariable<?>, Type> variables)
			throws NotCrossingException {
		Class<?> raw = (Class<?>) type.getRawType();
		Type[] arguments = resolve(type.getActualTypeArguments(), variables);
		if (isContainer(raw)) {
			if (raw == Map.class && !isMapKey(arguments[0])) {
				throw new NotCrossingException(arguments[0], "String or an enum as the key of a Map");
			}
			StringBuilder description = new StringBuilder(raw.getName()).append('<');
			for (Type argument : arguments) {
				description.append(describe(argument, variables)).append(' ');
			}
			return description.append('>').toString();
		}
		if (raw.isRecord()) {
			Map<TypeVariable<?>, Type> own = new HashMap<>(variables);
			StringBuilder description = new StringBuilder(raw.getName()).append('<');
			for (int i = 0; i < arguments.length; i++) {
				own.put(raw.getTypeParameters()[i], arguments[i]);
				description.append(describe(arguments[i], variables)).append(' ');
			}
			describeComponents(raw, own);
			return description.append('>').toString();
		}
		throw new NotCrossingException(type, instead(raw));
	}

	private void describeComponents(Class<?> type, Map<TypeVariable<?>, Type> variables) throws NotCrossingException {
		// a plain record is described once, a generic one for each use; one that contains
		// itself would otherwise not end
		if (variables.isEmpty() ? !this.described.add(type) : !this.inProgress.add(type)) {
			return;
		}
		try {
			StringBuilder description = new StringBuilder(type.getName()).append('(');
			for (RecordComponent component : type.getRecordComponents()) {
				try {
					description.append(component.getName())
						.append(' ')
						.append(describe(component.getGenericType(), variables))
						.append(',');
				}
				catch (NotCrossingException ex) {
					throw ex.in(type.getSimpleName() + "." + component.getName());
				}
			}
			this.records.append(description.append(")\n"));
		}
		finally {
			this.inProgress.remove(type);
		}
	}

	private static String constants(Class<?> type) {
		return Arrays.stream(type.getEnumConstants())
			.map((constant) -> ((Enum<?>) constant).name())
			.collect(Collectors.joining(",", "{", "}"));
	}

	private static Type[] resolve(Type[] arguments, Map<TypeVariable<?>, Type> variables) {
		Type[] resolved = new Type[arguments.length];
		for (int i = 0; i < arguments.length; i++) {
			Type variable = (arguments[i] instanceof TypeVariable<?>) ? variables.get(arguments[i]) : null;
			resolved[i] = (variable != null) ? variable : arguments[i];
		}
		return resolved;
	}

	private static boolean isMapKey(Type type) {
		return type == String.class || (type instanceof Class<?> c && c.isEnum());
	}

	private static boolean isContainer(Class<?> type) {
		return type == List.class || type == Set.class || type == Map.class || type == Optional.class;
	}

	private static String instead(Class<?> type) {
		String instead = INSTEAD.get(type.getName());
		if (instead != null) {
			return instead;
		}
		if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
			return "a record in the place of this " + (type.isInterface() ? "interface" : "abstract class");
		}
		return "a record with the same fields";
	}

}
