package io.privsep.functions;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;

import io.privsep.PrivsepFunction;
import io.privsep.function.PrivilegedBean;
import io.privsep.function.PrivilegedFunction;

/**
 * Annotations in places where they do not make a function, or need one that is not there.
 */
final class PlaceProblems {

	private static final String SPRING = "org.springframework.";

	/**
	 * Those that do not let Spring call a method, or that {@link MemberProblems} tells.
	 */
	private static final List<String> OTHERS = List.of("lang.", "core.", "aot.", "beans.");

	private PlaceProblems() {
	}

	static void check(PrivilegedBean bean, List<String> problems) {
		Class<?> type = bean.type();
		for (Class<?> each : PrivilegedBean.hierarchy(type)) {
			if (each.isInterface() && each != type) {
				checkInterface(type, each, problems);
				continue;
			}
			for (Method method : each.getDeclaredMethods()) {
				// Kotlin copies annotations to the static body of a suspend function
				if (!method.isSynthetic()) {
					checkMethod(bean, method, problems);
				}
			}
		}
	}

	private static void checkMethod(PrivilegedBean bean, Method method, List<String> problems) {
		int modifiers = method.getModifiers();
		String name = "'" + PrivilegedFunction.name(bean.type(), method) + "'";
		boolean annotated = method.isAnnotationPresent(PrivsepFunction.class);
		if (Modifier.isStatic(modifiers)) {
			boolean looksLikeOne = Modifier.isPublic(modifiers)
					&& method.getDeclaringClass().isAnnotationPresent(PrivsepFunction.class);
			if (annotated || looksLikeOne) {
				problems.add(name + " is static and would run in the application; make it an instance method"
						+ (annotated ? "" : ", or move it to another class"));
			}
		}
		else if (annotated && !Modifier.isPublic(modifiers)) {
			problems.add(name + " is " + visibility(modifiers) + " and would run in the application; make it public");
		}
		else if (!Modifier.isPublic(modifiers)) {
			String springs = springs(method);
			if (springs != null) {
				problems.add(name + " has @" + springs + " and is " + visibility(modifiers)
						+ ", so it is no function that Spring could call; make it public"
						+ ((bean.annotation(method) == null) ? ", and annotate it with @PrivsepFunction" : ""));
			}
		}
	}

	private static @Nullable String springs(Method method) {
		for (MergedAnnotation<?> each : MergedAnnotations.from(method)) {
			String name = each.getType().getName();
			if (name.startsWith(SPRING)
					&& OTHERS.stream().noneMatch((other) -> name.startsWith(other, SPRING.length()))) {
				return each.getRoot().getType().getSimpleName();
			}
		}
		return null;
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

}
