package io.privsep.functions;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;

import io.privsep.function.PrivilegedBean;

/**
 * What is wrong with the fields and setters of a class with functions: those that ask for
 * an injection, and fields that others would read in the application, where they are
 * never set.
 */
final class MemberProblems {

	private static final String VALUE = "org.springframework.beans.factory.annotation.Value";

	/** Annotations that ask for an injection which the helper does not do. */
	private static final List<String> INJECTION = List.of("org.springframework.beans.factory.annotation.Autowired",
			VALUE, "org.springframework.beans.factory.annotation.Lookup", "jakarta.inject.Inject",
			"jakarta.annotation.Resource", "jakarta.persistence.PersistenceContext",
			"jakarta.persistence.PersistenceUnit", "jakarta.ejb.EJB");

	private final PrivilegedBean bean;

	private final List<String> problems;

	private MemberProblems(PrivilegedBean bean, List<String> problems) {
		this.bean = bean;
		this.problems = problems;
	}

	static void check(PrivilegedBean bean, List<String> problems) {
		MemberProblems members = new MemberProblems(bean, problems);
		for (Class<?> each = bean.type(); each != null && each != Object.class; each = each.getSuperclass()) {
			for (Field field : each.getDeclaredFields()) {
				members.checkInjection(field, field.getName(), List.of(field.getType()));
				members.checkAccess(field);
			}
			for (Method method : each.getDeclaredMethods()) {
				members.checkInjection(method, method.getName(),
						(method.getParameterCount() > 0) ? types(method) : List.of(method.getReturnType()));
			}
		}
	}

	private static List<Class<?>> types(Executable executable) {
		return Arrays.asList(executable.getParameterTypes());
	}

	private void checkInjection(AnnotatedElement member, String name, List<Class<?>> types) {
		MergedAnnotations annotations = MergedAnnotations.from(member);
		for (String injection : INJECTION) {
			MergedAnnotation<?> found = annotations.get(injection);
			if (found.isPresent()) {
				this.problems.add("'" + this.bean.type().getSimpleName() + "." + name + "' has @"
						+ found.getRoot().getType().getSimpleName() + ", which is not done in a helper; "
						+ instead(injection, types));
			}
		}
	}

	private String instead(String injection, List<Class<?>> types) {
		String settings = settings(this.bean);
		if (injection.equals(VALUE)) {
			return "keep the value in " + settings
					+ ", and take the record that is bound from there as a constructor parameter";
		}
		if (types.stream().allMatch((type) -> type.isRecord() || PrivilegedTypes.isPrivileged(type))) {
			return "use a constructor parameter";
		}
		return elsewhere(settings);
	}

	static String settings(PrivilegedBean bean) {
		String context = PrivilegedTypes.context(bean);
		return "'privsep.contexts." + (context.isEmpty() ? "<context>" : context) + ".settings'";
	}

	static String elsewhere(String settings) {
		return "there are no beans but those of its context: take what a function needs as an argument, or from "
				+ settings + ", in a record as a constructor parameter";
	}

	private void checkAccess(Field field) {
		if (Modifier.isPublic(field.getModifiers()) && !Modifier.isStatic(field.getModifiers())) {
			this.problems.add("'" + this.bean.type().getSimpleName() + "." + field.getName()
					+ "' is a public field, which has no value in the application; make it private, and write a function"
					+ " that returns it");
		}
	}

}
