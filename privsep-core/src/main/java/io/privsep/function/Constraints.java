package io.privsep.function;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Finds constraints of Jakarta Validation, and those that nobody would check.
 * <p>
 * By name: neither side depends on the annotations, the application may.
 */
final class Constraints {

	private static final String CONSTRAINT = "jakarta.validation.Constraint";

	private static final String VALID = "jakarta.validation.Valid";

	private final Set<Class<?>> seen = new HashSet<>();

	private final List<String> problems;

	/**
	 * Makes a search.
	 * @param problems what there is to say, as sentences
	 */
	Constraints(List<String> problems) {
		this.problems = problems;
	}

	/**
	 * Whether a function has parameters with constraints.
	 * @param function the function, as the class of the bean has it
	 * @param beanType class of the bean
	 * @return whether there is something to check before it is called
	 */
	static boolean areOnParametersOf(Method function, Class<?> beanType) {
		return declarations(function, beanType).stream()
			.flatMap((declaration) -> Arrays.stream(declaration.getParameters()))
			.anyMatch((parameter) -> areOn(parameter) || areOn(parameter.getAnnotatedType()));
	}

	/**
	 * Whether a record has constraints.
	 * @param type the record
	 * @return whether there is something to check in its values
	 */
	static boolean areIn(Class<?> type) {
		return areIn(type, new HashSet<>());
	}

	private static boolean areIn(Class<?> type, Set<Class<?>> seen) {
		if (!type.isRecord() || !seen.add(type)) {
			return false;
		}
		return areOn(type) || Arrays.stream(type.getRecordComponents()).anyMatch(Constraints::areOnComponent);
	}

	// A constraint that is not for types stands on what the component has become.
	private static boolean areOnComponent(RecordComponent component) {
		return areOn(component) || areOn(component.getAccessor()) || areOn(component.getAnnotatedType())
				|| areOn(field(component));
	}

	private static AnnotatedElement field(RecordComponent component) {
		try {
			return component.getDeclaringRecord().getDeclaredField(component.getName());
		}
		catch (NoSuchFieldException ex) {
			throw new IllegalStateException("Each component of a record has a field", ex);
		}
	}

	private static boolean areOn(AnnotatedElement element) {
		return Arrays.stream(element.getAnnotations()).anyMatch(Constraints::isConstraint);
	}

	private static boolean areOn(AnnotatedType type) {
		if (areOn((AnnotatedElement) type)) {
			return true;
		}
		if (type instanceof AnnotatedParameterizedType parameterized) {
			return Arrays.stream(parameterized.getAnnotatedActualTypeArguments()).anyMatch(Constraints::areOn);
		}
		return type instanceof AnnotatedArrayType array && areOn(array.getAnnotatedGenericComponentType());
	}

	private static boolean isConstraint(Annotation annotation) {
		Class<? extends Annotation> type = annotation.annotationType();
		return type.getName().equals(VALID) || isConstraintType(type) || isRepeated(type);
	}

	private static boolean isConstraintType(Class<?> type) {
		return Arrays.stream(type.getAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getName().equals(CONSTRAINT));
	}

	private static boolean isRepeated(Class<? extends Annotation> type) {
		try {
			Class<?> values = type.getMethod("value").getReturnType().getComponentType();
			return values != null && isConstraintType(values);
		}
		catch (NoSuchMethodException ex) {
			return false;
		}
	}

	private static boolean isValid(AnnotatedElement element) {
		return Arrays.stream(element.getAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getName().equals(VALID));
	}

	// The method itself, and what it overrides: constraints are inherited.
	private static List<Method> declarations(Method function, Class<?> beanType) {
		return PrivilegedBean.hierarchy(beanType)
			.stream()
			.flatMap((type) -> Arrays.stream(type.getDeclaredMethods()))
			.filter((method) -> method.getName().equals(function.getName())
					&& Arrays.equals(method.getParameterTypes(), function.getParameterTypes()))
			.toList();
	}

	/**
	 * Looks for constraints of a function that would not be checked.
	 * @param function the function
	 * @param beanType class of the bean
	 */
	void checkFunction(Method function, Class<?> beanType) {
		String name = "'" + PrivilegedFunction.name(beanType, function) + "'";
		for (Method declaration : declarations(function, beanType)) {
			if (areOn(declaration) || areOn(declaration.getAnnotatedReturnType())) {
				this.problems.add(name + " has a constraint on the method or its result, where it is not checked;"
						+ " put constraints on parameters, and check the result in the function");
				break;
			}
		}
		Parameter[] parameters = function.getParameters();
		for (int i = 0; i < parameters.length; i++) {
			boolean valid = false;
			for (Method declaration : declarations(function, beanType)) {
				valid |= isValid(declaration.getParameters()[i]);
			}
			check(parameters[i].getAnnotatedType(), valid, name + ": parameter " + (i + 1));
		}
	}

	/**
	 * Looks for constraints in settings that would not be checked.
	 * @param type the record
	 */
	void checkSettings(Class<?> type) {
		checkComponents(type);
	}

	private void checkComponents(Class<?> type) {
		if (!this.seen.add(type)) {
			return;
		}
		for (RecordComponent component : type.getRecordComponents()) {
			boolean valid = isValid(component) || isValid(component.getAccessor()) || isValid(field(component));
			check(component.getAnnotatedType(), valid, "'" + type.getSimpleName() + "." + component.getName() + "'");
		}
	}

	private void check(AnnotatedType type, boolean validAbove, String where) {
		boolean valid = validAbove || isValid(type);
		Class<?> raw = raw(type);
		if (raw != null && raw.isRecord()) {
			if (!valid && areIn(raw)) {
				this.problems.add(where + " of type '" + raw.getName()
						+ "', which has constraints, is not checked without @Valid; add it");
			}
			checkComponents(raw);
		}
		if (type instanceof AnnotatedParameterizedType parameterized) {
			// @Valid on a container is for what is in it
			boolean isContainer = raw == null || !raw.isRecord();
			for (AnnotatedType argument : parameterized.getAnnotatedActualTypeArguments()) {
				check(argument, valid && isContainer, where);
			}
		}
		if (type instanceof AnnotatedArrayType array) {
			check(array.getAnnotatedGenericComponentType(), valid, where);
		}
	}

	private static @Nullable Class<?> raw(AnnotatedType type) {
		if (type.getType() instanceof ParameterizedType parameterized) {
			return (Class<?>) parameterized.getRawType();
		}
		return (type.getType() instanceof Class<?> c) ? c : null;
	}

}
