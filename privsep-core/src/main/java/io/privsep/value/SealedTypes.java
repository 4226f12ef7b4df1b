package io.privsep.value;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Makes the codecs of sealed interfaces. It is loaded only if a function has one.
 */
final class SealedTypes {

	private final StructuredTypes types;

	SealedTypes(StructuredTypes types) {
		this.types = types;
	}

	ValueCodec codec(Class<?> type, String name, List<ValueCodec> arguments) throws UnsupportedTypeException {
		SealedCodec codec = new SealedCodec(type, name);
		this.types.codecs.put(name, codec);
		List<ValueCodec> permitted = new ArrayList<>();
		addPermitted(type, arguments, new HashSet<>(), permitted);
		codec.setPermitted(permitted);
		this.types.structure.append(name).append('[');
		for (ValueCodec each : permitted) {
			this.types.structure.append(each.typeName()).append(',');
		}
		this.types.structure.append("]\n");
		return codec;
	}

	private void addPermitted(Class<?> type, List<ValueCodec> arguments, Set<Class<?>> seen, List<ValueCodec> permitted)
			throws UnsupportedTypeException {
		for (Class<?> each : type.getPermittedSubclasses()) {
			List<ValueCodec> own = seen.add(each) ? arguments(each, type, arguments) : null;
			if (own == null) {
				continue;
			}
			if (each.isInterface() && each.isSealed()) {
				addPermitted(each, own, seen, permitted);
			}
			else if (each.isRecord() || each.isEnum()) {
				permitted.add(this.types.codec(each, each, own));
			}
			else {
				throw new UnsupportedTypeException(each, "a record, an enum or a sealed interface of these")
					.in(type.getSimpleName());
			}
		}
	}

	/**
	 * The type arguments of what a sealed interface permits.
	 * @param type what it permits
	 * @param sealed the interface
	 * @param arguments the interface's own
	 * @return the type arguments; {@code null} if it is never one with those
	 */
	private @Nullable List<ValueCodec> arguments(Class<?> type, Class<?> sealed, List<ValueCodec> arguments)
			throws UnsupportedTypeException {
		if (arguments.isEmpty()) {
			return List.of();
		}
		Map<TypeVariable<?>, ValueCodec> variables = new HashMap<>();
		for (Type each : type.getGenericInterfaces()) {
			if (each instanceof ParameterizedType parameterized && parameterized.getRawType() == sealed) {
				for (int i = 0; i < arguments.size(); i++) {
					Type argument = parameterized.getActualTypeArguments()[i];
					if (argument instanceof TypeVariable<?> variable) {
						variables.put(variable, arguments.get(i));
					}
					else if (!this.types.codec(argument).typeName().equals(arguments.get(i).typeName())) {
						return null;
					}
				}
			}
		}
		List<ValueCodec> own = new ArrayList<>();
		for (TypeVariable<?> variable : type.getTypeParameters()) {
			own.add(this.types.codec(variable, variables));
		}
		return own;
	}

}
