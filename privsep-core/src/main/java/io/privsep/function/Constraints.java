package io.privsep.function;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * Finds constraints of Jakarta Validation, and those that nobody would check.
 * <p>
 * By name: neither side depends on the annotations, the application may.
 */
final class Constraints {

	private static final String CONSTRAINT = "jakarta.validation.Constraint";

	private static final String VALID = "jakarta.validation.Valid";

	private static final String DEFAULT = "jakarta.validation.groups.Default";

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
		return PrivilegedBean.hierarchy(type)
			.stream()
			.anyMatch((each) -> areOn(each) || Arrays.stream(each.getDeclaredMethods()).anyMatch(Constraints::areOn))
				|| Arrays.stream(type.getRecordComponents()).anyMatch(Constraints::areOnComponent);
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

	// The method itself, and what it overrides: constraints are inherited. What it
	// overrides may have type variables in the place of its types.
	private static List<Method> declarations(Method function, Class<?> beanType) {
		return PrivilegedBean.hierarchy(beanType)
			.stream()
			.flatMap((type) -> Arrays.stream(type.getDeclaredMethods()))
			.filter((method) -> method.getName().equals(function.getName()) && !method.isBridge()
					&& takes(method.getParameterTypes(), function.getParameterTypes()))
			.toList();
	}

	private static boolean takes(Class<?>[] declared, Class<?>[] types) {
		return declared.length == types.length
				&& IntStream.range(0, types.length).allMatch((i) -> declared[i].isAssignableFrom(types[i]));
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
				Parameter parameter = declaration.getParameters()[i];
				valid |= isValid(parameter);
				checkGroups(parameter, name + ": parameter " + (i + 1));
				checkPlace(parameter.getAnnotatedType(), parameter, name + ": parameter " + (i + 1));
			}
			check(parameters[i].getAnnotatedType(), valid, true, name + ": parameter " + (i + 1));
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
			String name = "'" + type.getSimpleName() + "." + component.getName() + "'";
			checkGroups(field(component), name);
			checkPlace(component.getAccessor(), field(component), name);
			checkPlace(component.getAnnotatedType(), field(component), name);
			check(component.getAnnotatedType(), valid, true, name);
		}
	}

	/**
	 * Looks at a type as it is used somewhere.
	 * @param type the type
	 * @param validAbove whether what it is used in has {@code @Valid} for it
	 * @param isOutermost whether it is that of the parameter or component itself
	 * @param where where it is used
	 */
	private void check(AnnotatedType type, boolean validAbove, boolean isOutermost, String where) {
		if (!isOutermost) {
			checkGroups(type, where);
		}
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
			for (AnnotatedType argument : parameterized.getAnnotatedActualTypeArguments()) {
				if (raw != null && raw.isRecord()) {
					requireUnconstrained(argument, where, "a type argument of record '" + raw.getSimpleName() + "'");
				}
				else {
					// @Valid on a container is for what is in it, and goes no deeper
					check(argument, valid && isOutermost, false, where);
				}
			}
		}
		if (type instanceof AnnotatedArrayType array) {
			AnnotatedType component = array.getAnnotatedGenericComponentType();
			if (isOutermost && !(component instanceof AnnotatedArrayType)) {
				check(component, valid, false, where);
			}
			else {
				requireUnconstrained(component, where, "an array within another type");
			}
		}
	}

	private void requireUnconstrained(AnnotatedType type, String where, String what) {
		Class<?> raw = raw(type);
		if (areOn(type) || (raw != null && areIn(raw))) {
			this.problems
				.add(where + " has constraints in " + what + ", where they are not checked; use a List of records");
			return;
		}
		if (type instanceof AnnotatedParameterizedType parameterized) {
			for (AnnotatedType argument : parameterized.getAnnotatedActualTypeArguments()) {
				requireUnconstrained(argument, where, what);
			}
		}
		if (type instanceof AnnotatedArrayType array) {
			requireUnconstrained(array.getAnnotatedGenericComponentType(), where, what);
		}
	}

	// What stands in one place only is checked in the other.
	private void checkPlace(AnnotatedElement place, AnnotatedElement checked, String where) {
		for (Annotation annotation : place.getAnnotations()) {
			if (isConstraint(annotation) && !checked.isAnnotationPresent(annotation.annotationType())) {
				this.problems.add(where + " has @" + annotation.annotationType().getSimpleName()
						+ " where it is not checked; put it on the "
						+ ((checked instanceof Parameter) ? "parameter" : "component")
						+ ", as one that may stand there");
			}
		}
	}

	/**
	 * Looks for constraints of a constructor, which nobody checks.
	 * @param constructor the bean's constructor
	 */
	void checkConstructor(Constructor<?> constructor) {
		for (Parameter parameter : constructor.getParameters()) {
			if (areOn(parameter)) {
				this.problems.add("The constructor of '" + constructor.getDeclaringClass().getName()
						+ "' has a parameter with a constraint, which is not checked; put constraints into the record");
			}
		}
	}

	// A call has no groups to be checked for but the default one.
	private void checkGroups(AnnotatedElement element, String where) {
		for (Annotation annotation : element.getAnnotations()) {
			if (isConstraintType(annotation.annotationType()) && !isOfDefaultGroup(annotation)) {
				this.problems.add(where + " has a constraint @" + annotation.annotationType().getSimpleName()
						+ " with groups, which is not checked; remove the groups");
			}
		}
	}

	private static boolean isOfDefaultGroup(Annotation constraint) {
		try {
			Class<?>[] groups = (Class<?>[]) constraint.annotationType().getMethod("groups").invoke(constraint);
			return groups.length == 0 || Arrays.stream(groups).anyMatch((group) -> group.getName().equals(DEFAULT));
		}
		catch (ReflectiveOperationException ex) {
			// the provider refuses what is not made as the standard has it
			return true;
		}
	}

	private static @Nullable Class<?> raw(AnnotatedType type) {
		if (type.getType() instanceof ParameterizedType parameterized) {
			return (Class<?>) parameterized.getRawType();
		}
		return (type.getType() instanceof Class<?> c) ? c : null;
	}

}
