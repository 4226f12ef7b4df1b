package io.privsep.function;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds constraints of Jakarta Validation.
 * <p>
 * By name: neither side depends on the annotations, the application may.
 */
public final class Constraints {

	static final String CONSTRAINT = "jakarta.validation.Constraint";

	private static final String VALID = "jakarta.validation.Valid";

	private Constraints() {
	}

	/**
	 * Whether a function has parameters with constraints.
	 * @param function the function, as the class of the bean has it
	 * @param beanType class of the bean
	 * @return whether there is something to check before it is called
	 */
	static boolean areOnParametersOf(Method function, Class<?> beanType) {
		for (Method declaration : declarations(function, beanType)) {
			for (Parameter parameter : declaration.getParameters()) {
				if (areOn(parameter) || areOn(parameter.getAnnotatedType())) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * Whether a record has constraints.
	 * @param type the record
	 * @return whether there is something to check in its values
	 */
	public static boolean areIn(Class<?> type) {
		if (!type.isRecord()) {
			return false;
		}
		for (Class<?> each : PrivilegedBean.hierarchy(type)) {
			if (areOn(each)) {
				return true;
			}
			for (Method method : each.getDeclaredMethods()) {
				if (areOn(method)) {
					return true;
				}
			}
		}
		for (RecordComponent component : type.getRecordComponents()) {
			// one that is not for types stands on what the component has become
			if (areOn(component) || areOn(component.getAccessor()) || areOn(component.getAnnotatedType())
					|| areOn(field(component))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * The field that a component has become.
	 * @param component the component of a record
	 * @return its field
	 */
	public static Field field(RecordComponent component) {
		try {
			return component.getDeclaringRecord().getDeclaredField(component.getName());
		}
		catch (NoSuchFieldException ex) {
			throw new IllegalStateException("Each component of a record has a field", ex);
		}
	}

	/**
	 * Whether there are constraints on something itself.
	 * @param element such as a parameter
	 * @return whether one of its annotations {@linkplain #isConstraint is a constraint}
	 */
	public static boolean areOn(AnnotatedElement element) {
		for (Annotation annotation : element.getAnnotations()) {
			if (isConstraint(annotation)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether there are constraints anywhere in a type.
	 * @param type the type, as it is used somewhere
	 * @return whether it, or a type within it, has one
	 */
	public static boolean areOn(AnnotatedType type) {
		if (areOn((AnnotatedElement) type)) {
			return true;
		}
		if (type instanceof AnnotatedParameterizedType parameterized) {
			for (AnnotatedType argument : parameterized.getAnnotatedActualTypeArguments()) {
				if (areOn(argument)) {
					return true;
				}
			}
		}
		return type instanceof AnnotatedArrayType array && areOn(array.getAnnotatedGenericComponentType());
	}

	/**
	 * Whether an annotation is a constraint, or {@code @Valid}, or has several of one.
	 * @param annotation the annotation
	 * @return whether there is something to check
	 */
	public static boolean isConstraint(Annotation annotation) {
		Class<? extends Annotation> type = annotation.annotationType();
		return type.getName().equals(VALID) || isConstraintType(type) || isRepeated(type);
	}

	/**
	 * Whether a type of annotation is a constraint.
	 * @param type the type
	 * @return whether it is annotated with {@code @Constraint}
	 */
	public static boolean isConstraintType(Class<?> type) {
		for (Annotation annotation : type.getAnnotations()) {
			if (annotation.annotationType().getName().equals(CONSTRAINT)) {
				return true;
			}
		}
		return false;
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

	/**
	 * A method itself, and what it overrides: constraints are inherited. What it
	 * overrides may have type variables in the place of its types.
	 * @param function the method
	 * @param beanType class of the bean
	 * @return all its declarations
	 */
	public static List<Method> declarations(Method function, Class<?> beanType) {
		List<Method> declarations = new ArrayList<>();
		for (Class<?> type : PrivilegedBean.hierarchy(beanType)) {
			for (Method method : type.getDeclaredMethods()) {
				if (method.getName().equals(function.getName()) && !method.isBridge()
						&& takes(method.getParameterTypes(), function.getParameterTypes())) {
					declarations.add(method);
				}
			}
		}
		return declarations;
	}

	private static boolean takes(Class<?>[] declared, Class<?>[] types) {
		if (declared.length != types.length) {
			return false;
		}
		for (int i = 0; i < types.length; i++) {
			if (!declared[i].isAssignableFrom(types[i])) {
				return false;
			}
		}
		return true;
	}

}
