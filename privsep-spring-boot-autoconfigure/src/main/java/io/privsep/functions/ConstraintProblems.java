package io.privsep.functions;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.privsep.function.Constraints;
import io.privsep.function.PrivilegedFunction;

/**
 * Finds constraints of Jakarta Validation that nobody would check.
 */
final class ConstraintProblems {

	private static final String VALID = "jakarta.validation.Valid";

	private static final String DEFAULT = "jakarta.validation.groups.Default";

	private final Set<Class<?>> seen = new HashSet<>();

	private final List<String> problems;

	/**
	 * Makes a search.
	 * @param problems what there is to say, as sentences
	 */
	ConstraintProblems(List<String> problems) {
		this.problems = problems;
	}

	private static boolean isValid(AnnotatedElement element) {
		return Arrays.stream(element.getAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getName().equals(VALID));
	}

	/**
	 * Looks for constraints of a function that would not be checked.
	 * @param function the function
	 * @param beanType class of the bean
	 */
	void checkFunction(Method function, Class<?> beanType) {
		String name = "'" + PrivilegedFunction.name(beanType, function) + "'";
		for (Method declaration : Constraints.declarations(function, beanType)) {
			if (Constraints.areOn(declaration) || Constraints.areOn(declaration.getAnnotatedReturnType())) {
				this.problems.add(name + " has a constraint on the method or its result, where it is not checked;"
						+ " put constraints on parameters, and check the result in the function");
				break;
			}
		}
		Parameter[] parameters = function.getParameters();
		for (int i = 0; i < parameters.length; i++) {
			boolean valid = false;
			for (Method declaration : Constraints.declarations(function, beanType)) {
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
			boolean valid = isValid(component) || isValid(component.getAccessor())
					|| isValid(Constraints.field(component));
			String name = "'" + type.getSimpleName() + "." + component.getName() + "'";
			checkGroups(Constraints.field(component), name);
			checkPlace(component.getAccessor(), Constraints.field(component), name);
			checkPlace(component.getAnnotatedType(), Constraints.field(component), name);
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
			if (!valid && Constraints.areIn(raw)) {
				this.problems.add(where + " of type '" + raw.getName()
						+ "', which has constraints, is not checked without @Valid; add it");
			}
			checkComponents(raw);
		}
		if (type instanceof AnnotatedWildcardType wildcard) {
			for (AnnotatedType bound : wildcard.getAnnotatedUpperBounds()) {
				requireUnconstrained(bound, where, "a wildcard");
			}
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
		if (Constraints.areOn(type) || (raw != null && Constraints.areIn(raw))) {
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
			if (Constraints.isConstraint(annotation) && !checked.isAnnotationPresent(annotation.annotationType())) {
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
			if (Constraints.areOn(parameter)) {
				this.problems.add("The constructor of '" + constructor.getDeclaringClass().getName()
						+ "' has a parameter with a constraint, which is not checked; put constraints into the record");
			}
		}
	}

	// A call has no groups to be checked for but the default one.
	private void checkGroups(AnnotatedElement element, String where) {
		for (Annotation annotation : element.getAnnotations()) {
			if (Constraints.isConstraintType(annotation.annotationType()) && !isOfDefaultGroup(annotation)) {
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
