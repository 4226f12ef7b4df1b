package io.privsep.function;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.privsep.Audited;
import io.privsep.PrivsepFunction;
import io.privsep.value.TransferableTypes;
import io.privsep.value.UnsupportedTypeException;

/**
 * A class with functions, and everything that is wrong with it.
 *
 * @param type the class
 * @param context the one context of its functions; empty if there is not just one
 * @param functions its functions, in the order of the function table
 * @param constructor its one constructor, by which the helper makes it; {@code null} if
 * there is not just one
 * @param problems what keeps it from being a privileged bean, as sentences
 */
public record PrivilegedBean(Class<?> type, String context, List<Method> functions,
		@Nullable Constructor<?> constructor, List<String> problems) {

	/** Annotations that ask for an injection which the helper does not do. */
	private static final Set<String> INJECTION = Set.of("org.springframework.beans.factory.annotation.Autowired",
			"org.springframework.beans.factory.annotation.Value", "jakarta.inject.Inject",
			"jakarta.annotation.Resource");

	/** These are answered where they are called, by the proxy. */
	private static final Set<String> OBJECT_METHODS = Arrays.stream(Object.class.getMethods())
		.map(PrivilegedBean::signature)
		.collect(Collectors.toUnmodifiableSet());

	/**
	 * Whether a class is meant to have functions: the annotation stands on it, on one of
	 * its methods, or on something that it extends or implements.
	 * @param type the class
	 * @return whether it is a privileged bean, or a mistaken attempt at one
	 */
	public static boolean isPrivileged(Class<?> type) {
		for (Class<?> each : hierarchy(type)) {
			if (each.isAnnotationPresent(PrivsepFunction.class)) {
				return true;
			}
			for (Method method : each.getDeclaredMethods()) {
				if (method.isAnnotationPresent(PrivsepFunction.class)) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * Looks at a class with functions.
	 * @param type the class
	 * @return what it is, and its problems
	 */
	public static PrivilegedBean of(Class<?> type) {
		List<String> problems = new ArrayList<>();
		checkClass(type, problems);
		checkPlaceOfAnnotations(type, problems);
		List<Method> functions = functions(type);
		String context = context(type, functions, problems);
		checkTypes(type, functions, problems);
		Constraints constraints = new Constraints(problems);
		functions.forEach((function) -> constraints.checkFunction(function, type));
		checkInjection(type, problems);
		return new PrivilegedBean(type, context, functions, constructor(type, problems), List.copyOf(problems));
	}

	/**
	 * The annotation that makes a method a function.
	 * @param function a function of this bean
	 * @return the annotation on the method, or else that on the class
	 */
	@Nullable PrivsepFunction annotation(Method function) {
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

	private static void checkClass(Class<?> type, List<String> problems) {
		String name = type.getName();
		if (type.isInterface()) {
			problems
				.add("'" + name + "' is an interface; annotate the class that implements it, and let the @Bean method"
						+ " return that class");
		}
		else if (type.isRecord()) {
			problems.add("'" + name + "' is a record, which cannot be a proxy; make it a class");
		}
		else if (type.isEnum()) {
			problems.add("'" + name + "' is an enum, which cannot be a proxy; make it a class");
		}
		else if (Modifier.isFinal(type.getModifiers())) {
			problems.add("'" + name + "' is final, so that it cannot be a proxy; " + (isKotlin(type)
					? "Kotlin's classes are unless they are 'open': write 'open', or apply the kotlin-spring compiler plugin"
					: "remove 'final'"));
		}
		else if (Modifier.isAbstract(type.getModifiers())) {
			problems.add("'" + name + "' is abstract; annotate the class that extends it");
		}
		else if (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())) {
			problems.add("'" + name + "' is an inner class; make it static");
		}
	}

	private static boolean isKotlin(Class<?> type) {
		return Arrays.stream(type.getAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getName().equals("kotlin.Metadata"));
	}

	private static void checkPlaceOfAnnotations(Class<?> type, List<String> problems) {
		for (Class<?> each : hierarchy(type)) {
			if (each.isInterface() && each != type) {
				checkInterface(type, each, problems);
				continue;
			}
			boolean classAnnotated = each.isAnnotationPresent(PrivsepFunction.class);
			for (Method method : each.getDeclaredMethods()) {
				boolean annotated = method.isAnnotationPresent(PrivsepFunction.class);
				int modifiers = method.getModifiers();
				String name = "'" + PrivilegedFunction.name(type, method) + "'";
				if (annotated && Modifier.isStatic(modifiers)) {
					problems.add(name + " is static and would run in the application; make it an instance method");
				}
				else if (annotated && !Modifier.isPublic(modifiers)) {
					problems.add(name + " is " + visibility(modifiers)
							+ " and would run in the application; make it public");
				}
				else if (Modifier.isPublic(modifiers) && Modifier.isFinal(modifiers) && !Modifier.isStatic(modifiers)
						&& (annotated || classAnnotated || each != type)) {
					problems.add(name + " is final and would run in the application; " + (isKotlin(each)
							? "write 'open', or apply the kotlin-spring compiler plugin" : "remove 'final'"));
				}
			}
		}
	}

	private static void checkInterface(Class<?> type, Class<?> each, List<String> problems) {
		boolean annotated = each.isAnnotationPresent(PrivsepFunction.class) || Arrays.stream(each.getDeclaredMethods())
			.anyMatch((method) -> method.isAnnotationPresent(PrivsepFunction.class));
		if (annotated) {
			problems.add("'" + type.getName() + "' has @PrivsepFunction on its interface '" + each.getName()
					+ "', where it is not seen; put it on the class");
		}
	}

	private static String visibility(int modifiers) {
		if (Modifier.isPrivate(modifiers)) {
			return "private";
		}
		return Modifier.isProtected(modifiers) ? "protected" : "package-private";
	}

	private static List<Method> functions(Class<?> type) {
		return Arrays.stream(type.getMethods())
			.filter((method) -> !OBJECT_METHODS.contains(signature(method)))
			.filter((method) -> !Modifier.isStatic(method.getModifiers()) && !method.isBridge()
					&& !method.isSynthetic())
			.sorted(Comparator.comparing(PrivilegedBean::signature))
			.toList();
	}

	private static String signature(Method method) {
		return method.getName() + Arrays.toString(method.getParameterTypes());
	}

	private static String context(Class<?> type, List<Method> functions, List<String> problems) {
		Set<String> contexts = new LinkedHashSet<>();
		List<String> without = new ArrayList<>();
		for (Method function : functions) {
			PrivsepFunction annotation = annotation(type, function);
			if (annotation == null) {
				without.add(function.getName());
			}
			else if (annotation.value().isBlank()) {
				problems.add("'" + PrivilegedFunction.name(type, function)
						+ "' names no context; write @PrivsepFunction(\"<context>\")");
			}
			else {
				contexts.add(annotation.value());
			}
		}
		if (!contexts.isEmpty() && !without.isEmpty()) {
			problems.add("'" + type.getName() + "' mixes functions with other public methods " + without
					+ "; a bean with functions has nothing else: annotate these too, or move them to another bean");
		}
		if (contexts.size() > 1) {
			problems.add("'" + type.getName() + "' has functions of several contexts " + contexts
					+ "; make a bean for each context");
		}
		return (contexts.size() == 1) ? contexts.iterator().next() : "";
	}

	private static void checkTypes(Class<?> type, List<Method> functions, List<String> problems) {
		for (Method function : functions) {
			String name = "'" + PrivilegedFunction.name(type, function) + "'";
			checkAudited(name, function, problems);
			Type[] parameters = function.getGenericParameterTypes();
			for (int i = 0; i < parameters.length; i++) {
				try {
					new TransferableTypes().codec(parameters[i]);
				}
				catch (UnsupportedTypeException ex) {
					problems.add(name + ": parameter " + (i + 1) + " of type " + ex.getMessage());
				}
			}
			try {
				new TransferableTypes().resultCodec(PrivilegedFunction.resultType(function));
			}
			catch (UnsupportedTypeException ex) {
				problems.add(name + ": result of type " + ex.getMessage());
			}
		}
	}

	private static void checkAudited(String name, Method function, List<String> problems) {
		Parameter[] parameters = function.getParameters();
		for (int i = 0; i < parameters.length; i++) {
			if (parameters[i].isAnnotationPresent(Audited.class)
					&& !TransferableTypes.isSingle(parameters[i].getType())) {
				problems.add(name + ": parameter " + (i + 1) + " is @Audited and of type '"
						+ parameters[i].getParameterizedType().getTypeName()
						+ "', which has no short text; annotate a parameter with a single value, or none");
			}
		}
	}

	private static void checkInjection(Class<?> type, List<String> problems) {
		for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
			for (Field field : each.getDeclaredFields()) {
				checkInjection(type, field, field.getName(), problems);
			}
			for (Method method : each.getDeclaredMethods()) {
				checkInjection(type, method, method.getName(), problems);
			}
		}
	}

	private static void checkInjection(Class<?> type, AnnotatedElement member, String name, List<String> problems) {
		for (Annotation annotation : member.getAnnotations()) {
			if (INJECTION.contains(annotation.annotationType().getName())) {
				problems.add("'" + type.getSimpleName() + "." + name + "' has @"
						+ annotation.annotationType().getSimpleName()
						+ ", which is not done in a helper; use a constructor parameter");
			}
		}
	}

	private static @Nullable Constructor<?> constructor(Class<?> type, List<String> problems) {
		if (type.isInterface() || type.isRecord() || type.isEnum()) {
			return null;
		}
		Constructor<?>[] constructors = Arrays.stream(type.getDeclaredConstructors())
			.filter((constructor) -> !constructor.isSynthetic())
			.toArray(Constructor<?>[]::new);
		if (constructors.length != 1) {
			problems.add("'" + type.getName() + "' has " + constructors.length
					+ " constructors, and the helper cannot tell which to use; leave one");
			return null;
		}
		return constructors[0];
	}

	static Set<Class<?>> hierarchy(Class<?> type) {
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
