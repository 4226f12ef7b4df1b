package io.privsep.function;

import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepFunction;

/**
 * A class with functions.
 *
 * @param type the class
 * @param functions its functions, in the order of the function table
 * @param constructor its one constructor, by which the helper makes it; {@code null} if
 * there is not just one
 */
public record PrivilegedBean(Class<?> type, List<Method> functions, @Nullable Constructor<?> constructor) {

	/** What a method has that runs once its bean is made. */
	public static final String POST_CONSTRUCT = "jakarta.annotation.PostConstruct";

	/** What a method has that runs when its helper ends in order. */
	public static final String PRE_DESTROY = "jakarta.annotation.PreDestroy";

	/** The proxy itself serves these. */
	private static final Set<String> OBJECT_METHODS = objectMethods();

	/**
	 * Looks at a class with functions.
	 * @param type the class
	 * @return what it is; it may be no privileged bean yet, for problems that only the
	 * application tells
	 */
	public static PrivilegedBean of(Class<?> type) {
		return new PrivilegedBean(type, functions(type), constructor(type));
	}

	/**
	 * The annotation that makes a method a function.
	 * @param function a function of this bean
	 * @return the annotation on the method, or else that on the class
	 */
	public @Nullable PrivsepFunction annotation(Method function) {
		return annotation(this.type, function);
	}

	private static @Nullable PrivsepFunction annotation(Class<?> type, Method method) {
		PrivsepFunction onMethod = method.getAnnotation(PrivsepFunction.class);
		if (onMethod != null) {
			return onMethod;
		}
		for (Class<?> each = type; each != null; each = each.getSuperclass()) {
			PrivsepFunction onClass = each.getAnnotation(PrivsepFunction.class);
			if (onClass != null) {
				return onClass;
			}
		}
		return null;
	}

	/**
	 * The methods of this bean that are to run at its begin or its end, those of a
	 * superclass first.
	 * @param annotation name of the annotation that they have; it goes by its name, as
	 * only the application needs to depend on it
	 * @return methods without parameters
	 */
	public List<Method> callbacks(String annotation) {
		List<Method> methods = new ArrayList<>();
		Set<String> names = new HashSet<>();
		for (Class<?> each = this.type; each != null && each != Object.class; each = each.getSuperclass()) {
			for (Method method : each.getDeclaredMethods()) {
				// a private one is overridden by none of its name
				String name = Modifier.isPrivate(method.getModifiers()) ? each.getName() + method.getName()
						: method.getName();
				if (method.getParameterCount() == 0 && has(annotation, method) && names.add(name)) {
					methods.add(0, method);
				}
			}
		}
		return methods;
	}

	private static boolean has(String name, Method method) {
		for (Annotation annotation : method.getAnnotations()) {
			if (annotation.annotationType().getName().equals(name)) {
				return true;
			}
		}
		return false;
	}

	private static Set<String> objectMethods() {
		Set<String> signatures = new HashSet<>();
		for (Method method : Object.class.getMethods()) {
			signatures.add(signature(method));
		}
		return Set.copyOf(signatures);
	}

	private static List<Method> functions(Class<?> type) {
		Map<String, Method> functions = new TreeMap<>();
		for (Method method : type.getMethods()) {
			if (OBJECT_METHODS.contains(signature(method)) || Modifier.isStatic(method.getModifiers())) {
				continue;
			}
			Method hidden = method.isBridge() ? hidden(method) : null;
			if (hidden != null) {
				functions.putIfAbsent(signature(method), hidden);
			}
			else if (!method.isSynthetic()) {
				functions.put(signature(method), method);
			}
		}
		return List.copyOf(functions.values());
	}

	// A public class has bridges to public methods of a superclass that is not public.
	private static @Nullable Method hidden(Method bridge) {
		Class<?> type = bridge.getDeclaringClass();
		for (Class<?> each = type.getSuperclass(); each != null; each = each.getSuperclass()) {
			for (Method method : each.getDeclaredMethods()) {
				if (!method.isSynthetic() && method.getReturnType() == bridge.getReturnType()
						&& signature(method).equals(signature(bridge))) {
					return overrides(type, method) ? null : method;
				}
			}
		}
		return null;
	}

	// Whether a bridge leads to a method of the class itself, whose parameters have a
	// type where those of the superclass have a variable.
	private static boolean overrides(Class<?> type, Method generic) {
		Class<?>[] erased = generic.getParameterTypes();
		for (Method method : type.getDeclaredMethods()) {
			if (!method.isBridge() && method.getName().equals(generic.getName())
					&& method.getParameterCount() == erased.length) {
				Class<?>[] own = method.getParameterTypes();
				int variables = 0;
				for (int i = 0; i < own.length; i++) {
					Type parameter = generic.getGenericParameterTypes()[i];
					boolean isVariable = parameter instanceof TypeVariable || parameter instanceof GenericArrayType;
					variables += isVariable ? 1 : (own[i] == erased[i]) ? 0 : -own.length;
				}
				if (variables > 0) {
					return true;
				}
			}
		}
		return false;
	}

	private static String signature(Method method) {
		return method.getName().concat(Arrays.toString(method.getParameterTypes()));
	}

	private static @Nullable Constructor<?> constructor(Class<?> type) {
		Constructor<?> found = null;
		for (Constructor<?> constructor : type.getDeclaredConstructors()) {
			if (!constructor.isSynthetic()) {
				if (found != null) {
					return null;
				}
				found = constructor;
			}
		}
		return (type.isRecord() || type.isEnum()) ? null : found;
	}

	/**
	 * A class, and all that it extends and implements.
	 * @param type the class
	 * @return the classes and interfaces, but {@link Object}
	 */
	public static Set<Class<?>> hierarchy(Class<?> type) {
		Set<Class<?>> hierarchy = new LinkedHashSet<>();
		for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
			hierarchy.add(each);
			addInterfaces(each, hierarchy);
		}
		return hierarchy;
	}

	private static void addInterfaces(Class<?> type, Set<Class<?>> hierarchy) {
		for (Class<?> each : type.getInterfaces()) {
			if (hierarchy.add(each)) {
				addInterfaces(each, hierarchy);
			}
		}
	}

}
