package io.privsep.value;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The types that have others in them, and enums: makes their codecs, and describes their
 * structure. It is loaded only if a function has one.
 */
final class StructuredTypes {

	/** The name of one that uses itself with ever other type arguments has no end. */
	private static final int MAX_NAME = 4096;

	/**
	 * The codecs of records, enums and sealed interfaces, by the names of their types.
	 */
	final Map<String, ValueCodec> codecs = new HashMap<>();

	final StringBuilder structure = new StringBuilder();

	String structure() {
		return this.structure.toString();
	}

	ValueCodec codec(Type type) throws UnsupportedTypeException {
		return codec(type, Map.of());
	}

	ValueCodec codec(Type type, Class<?> user) throws UnsupportedTypeException {
		Map<TypeVariable<?>, ValueCodec> variables = new HashMap<>();
		if (!(type instanceof Class<?>)) {
			addVariables(user, variables);
		}
		return codec(type, variables);
	}

	private void addVariables(@Nullable Class<?> user, Map<TypeVariable<?>, ValueCodec> variables) {
		if (user == null) {
			return;
		}
		List<Type> above = new ArrayList<>(Arrays.asList(user.getGenericInterfaces()));
		above.add(user.getGenericSuperclass());
		for (Type each : above) {
			if (!(each instanceof ParameterizedType parameterized)) {
				addVariables((Class<?>) each, variables);
				continue;
			}
			Class<?> raw = (Class<?>) parameterized.getRawType();
			for (int i = 0; i < raw.getTypeParameters().length; i++) {
				try {
					variables.put(raw.getTypeParameters()[i],
							codec(parameterized.getActualTypeArguments()[i], variables));
				}
				catch (UnsupportedTypeException ex) {
					// no function may need it
				}
			}
			addVariables(raw, variables);
		}
	}

	ValueCodec codec(Type type, Map<TypeVariable<?>, ValueCodec> variables) throws UnsupportedTypeException {
		if (type instanceof Class<?> c) {
			return codec(c, c, List.of());
		}
		if (type instanceof ParameterizedType parameterized) {
			Class<?> raw = (Class<?>) parameterized.getRawType();
			if (!isContainer(raw) && !raw.isRecord() && !raw.isSealed()) {
				throw new UnsupportedTypeException(type, raw);
			}
			List<ValueCodec> arguments = new ArrayList<>();
			for (Type argument : parameterized.getActualTypeArguments()) {
				arguments.add(codec(argument, variables));
			}
			return codec(type, raw, arguments);
		}
		if (type instanceof GenericArrayType array) {
			return new ArrayCodec(codec(array.getGenericComponentType(), variables));
		}
		if (type instanceof WildcardType wildcard && wildcard.getLowerBounds().length == 0) {
			return codec(wildcard.getUpperBounds()[0], variables);
		}
		ValueCodec argument = (type instanceof TypeVariable<?>) ? variables.get(type) : null;
		if (argument == null) {
			throw new UnsupportedTypeException(type, (type instanceof TypeVariable<?>) ? "a type without type variables"
					: "the type itself instead of a wildcard");
		}
		return argument;
	}

	ValueCodec codec(Type declared, Class<?> type, List<ValueCodec> arguments) throws UnsupportedTypeException {
		ValueCodec single = TransferableTypes.single(type);
		if (single != null) {
			return single;
		}
		if (type.isArray()) {
			return new ArrayCodec(codec(type.getComponentType()));
		}
		String name = name(type, arguments);
		ValueCodec known = this.codecs.get(name);
		if (known != null) {
			return known;
		}
		if (type.isEnum()) {
			return enumeration(type);
		}
		if (!isContainer(type) && !type.isRecord() && !(type.isInterface() && type.isSealed())) {
			throw new UnsupportedTypeException(declared, type);
		}
		if (type.getTypeParameters().length != arguments.size()) {
			throw new UnsupportedTypeException(declared, type.getSimpleName() + " with type arguments");
		}
		if (name.length() > MAX_NAME) {
			throw new UnsupportedTypeException(type, "a type that uses itself with the same type arguments");
		}
		if (isContainer(type)) {
			return container(type, arguments);
		}
		try {
			return type.isRecord() ? record(type, name, arguments) : new SealedTypes(this).codec(type, name, arguments);
		}
		catch (UnsupportedTypeException ex) {
			this.codecs.remove(name);
			throw ex;
		}
	}

	private static String name(Class<?> type, List<ValueCodec> arguments) {
		if (arguments.isEmpty()) {
			return type.getName();
		}
		StringBuilder name = new StringBuilder(type.getName()).append('<');
		for (ValueCodec argument : arguments) {
			name.append(argument.typeName()).append(',');
		}
		return name.append('>').toString();
	}

	private static boolean isContainer(Class<?> type) {
		return type == List.class || type == Set.class || type == Map.class || type == Optional.class;
	}

	private static ValueCodec container(Class<?> type, List<ValueCodec> arguments) throws UnsupportedTypeException {
		ValueCodec first = arguments.get(0);
		if (type == List.class) {
			return new ListCodec(type, first);
		}
		if (type == Set.class) {
			return new SetCodec(first);
		}
		if (type == Optional.class) {
			return new OptionalCodec(first);
		}
		if (!MapCodec.isKey(first)) {
			throw new UnsupportedTypeException(first.typeName(),
					"String, an enum, an integer type or UUID as the key of a Map");
		}
		return new MapCodec(first, arguments.get(1));
	}

	private ValueCodec enumeration(Class<?> type) {
		EnumCodec codec = new EnumCodec(type);
		this.codecs.put(type.getName(), codec);
		this.structure.append(type.getName()).append('{').append(codec.constants()).append("}\n");
		return codec;
	}

	private ValueCodec record(Class<?> type, String name, List<ValueCodec> arguments) throws UnsupportedTypeException {
		RecordCodec codec = new RecordCodec(type, name);
		this.codecs.put(name, codec);
		Map<TypeVariable<?>, ValueCodec> variables = variables(type, arguments);
		List<ValueCodec> components = new ArrayList<>();
		StringBuilder line = new StringBuilder(name).append('(');
		for (RecordComponent component : type.getRecordComponents()) {
			try {
				ValueCodec each = codec(component.getGenericType(), variables);
				components.add(each);
				line.append(component.getName()).append(' ').append(each.typeName()).append(',');
			}
			catch (UnsupportedTypeException ex) {
				throw ex.in(type.getSimpleName() + "." + component.getName());
			}
		}
		codec.setComponents(components);
		this.structure.append(line).append(")\n");
		return codec;
	}

	private static Map<TypeVariable<?>, ValueCodec> variables(Class<?> type, List<ValueCodec> arguments) {
		Map<TypeVariable<?>, ValueCodec> variables = new HashMap<>();
		TypeVariable<?>[] parameters = type.getTypeParameters();
		for (int i = 0; i < parameters.length; i++) {
			variables.put(parameters[i], arguments.get(i));
		}
		return variables;
	}

}
