package io.privsep.function;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;

/**
 * How a function gives its result. The types of Reactor and Kotlin go by their names, as
 * neither has to be there.
 */
public enum ResultKind {

	/** It returns it. */
	RETURNED,

	/** It returns a {@link java.util.concurrent.CompletableFuture} of it. */
	FUTURE,

	/** It returns a {@code Mono} of it. */
	MONO,

	/** It is a suspend function of Kotlin, whose last parameter takes it. */
	SUSPENDED;

	/**
	 * How a method gives its result.
	 * @param method the method
	 * @return the kind
	 */
	public static ResultKind of(Method method) {
		Class<?>[] parameters = method.getParameterTypes();
		if (parameters.length > 0
				&& parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation")) {
			return SUSPENDED;
		}
		return switch (method.getReturnType().getName()) {
			case "java.util.concurrent.CompletableFuture" -> FUTURE;
			case "reactor.core.publisher.Mono" -> MONO;
			default -> RETURNED;
		};
	}

	/**
	 * The types of a method's arguments.
	 * @param method a method of this kind
	 * @return the types of its parameters, but that which takes the result
	 */
	public List<Type> argumentTypes(Method method) {
		List<Type> types = Arrays.asList(method.getGenericParameterTypes());
		return (this == SUSPENDED) ? types.subList(0, types.size() - 1) : types;
	}

	/**
	 * The type of what a method gives at last.
	 * @param method a method of this kind
	 * @return the type
	 */
	public Type resultType(Method method) {
		Type type = method.getGenericReturnType();
		if (this == SUSPENDED) {
			Type[] parameters = method.getGenericParameterTypes();
			type = parameters[parameters.length - 1];
		}
		if (this == RETURNED || !(type instanceof ParameterizedType parameterized)) {
			return type;
		}
		Type result = parameterized.getActualTypeArguments()[0];
		return (result instanceof WildcardType wildcard && wildcard.getLowerBounds().length == 1)
				? wildcard.getLowerBounds()[0] : result;
	}

}
