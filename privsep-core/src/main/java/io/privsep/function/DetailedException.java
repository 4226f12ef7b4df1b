package io.privsep.function;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.value.TransferableTypes;
import io.privsep.value.UnsupportedTypeException;
import io.privsep.value.ValueCodec;

/**
 * An exception that a function declares, and that reaches the caller with its details: it
 * has one constructor {@code (String message, R details)}, {@code R} being a transferable
 * record, and one public method without parameters that returns {@code R}.
 *
 * @param type the class of the exception
 * @param constructor makes it of the message and the details
 * @param accessor gives the details
 * @param codec the codec of the details
 */
public record DetailedException(Class<?> type, Constructor<?> constructor, Method accessor, ValueCodec codec) {

	/**
	 * Looks at the exceptions that a method declares.
	 * @param method the method
	 * @param types makes the codecs
	 * @return those that have details
	 */
	static List<DetailedException> of(Method method, TransferableTypes types) {
		List<DetailedException> all = new ArrayList<>();
		for (Class<?> declared : method.getExceptionTypes()) {
			DetailedException exception = of(declared, types);
			if (exception != null) {
				all.add(exception);
			}
		}
		return List.copyOf(all);
	}

	static @Nullable DetailedException find(List<DetailedException> all, Class<?> thrown) {
		for (Class<?> each = thrown; each != null; each = each.getSuperclass()) {
			for (DetailedException detailed : all) {
				if (detailed.type() == each) {
					return detailed;
				}
			}
		}
		return null;
	}

	/**
	 * Looks at an exception.
	 * @param type its class
	 * @param types makes the codec
	 * @return the exception, or {@code null} if it has no details
	 */
	static @Nullable DetailedException of(Class<?> type, TransferableTypes types) {
		Constructor<?> found = null;
		for (Constructor<?> constructor : type.getDeclaredConstructors()) {
			Class<?>[] parameters = constructor.getParameterTypes();
			if (parameters.length == 2 && parameters[0] == String.class && parameters[1].isRecord()) {
				if (found != null) {
					return null;
				}
				found = constructor;
			}
		}
		Method accessor = (found != null && !Modifier.isAbstract(type.getModifiers()))
				? accessor(type, found.getParameterTypes()[1]) : null;
		if (found == null || accessor == null) {
			return null;
		}
		try {
			ValueCodec codec = types.codec(found.getGenericParameterTypes()[1]);
			found.setAccessible(true);
			accessor.setAccessible(true);
			return new DetailedException(type, found, accessor, codec);
		}
		catch (UnsupportedTypeException ex) {
			return null;
		}
	}

	private static @Nullable Method accessor(Class<?> type, Class<?> details) {
		Method found = null;
		for (Method method : type.getMethods()) {
			if (method.getReturnType() == details && method.getParameterCount() == 0
					&& !Modifier.isStatic(method.getModifiers())) {
				if (found != null) {
					return null;
				}
				found = method;
			}
		}
		return found;
	}

}
