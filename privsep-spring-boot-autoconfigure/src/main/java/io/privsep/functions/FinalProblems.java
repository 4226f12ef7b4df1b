package io.privsep.functions;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.privsep.PrivsepFunction;
import io.privsep.function.PrivilegedBean;
import io.privsep.function.PrivilegedFunction;

/**
 * What is final, so that no proxy can stand in for it. Each advice is given once, however
 * many methods it is for.
 */
final class FinalProblems {

	private FinalProblems() {
	}

	static void check(Class<?> type, List<String> problems) {
		Map<String, List<String>> methods = new LinkedHashMap<>();
		for (Class<?> each : PrivilegedBean.hierarchy(type)) {
			boolean classAnnotated = each.isAnnotationPresent(PrivsepFunction.class);
			for (Method method : each.getDeclaredMethods()) {
				int modifiers = method.getModifiers();
				if (Modifier.isPublic(modifiers) && Modifier.isFinal(modifiers) && !Modifier.isStatic(modifiers)
						&& (classAnnotated || each != type || method.isAnnotationPresent(PrivsepFunction.class))) {
					String advice = KotlinWords.isKotlin(each) ? KotlinWords.ofFinalMethod(method) : "remove 'final'";
					methods.computeIfAbsent(advice, (key) -> new ArrayList<>())
						.add("'" + PrivilegedFunction.name(type, method) + "'");
				}
			}
		}
		boolean isClass = !type.isInterface() && !type.isRecord() && !type.isEnum();
		if (isClass && Modifier.isFinal(type.getModifiers())) {
			String advice = KotlinWords.isKotlin(type) ? KotlinWords.ofFinalClass(type) : "remove 'final'";
			List<String> also = methods.keySet().stream().filter(advice::endsWith).toList();
			String and = also.isEmpty() ? "" : ", and neither can " + String.join(", ", methods.get(also.get(0)));
			also.forEach(methods::remove);
			problems.add("'" + type.getName() + "' is final, and cannot be a proxy" + and + "; " + advice);
		}
		methods.forEach((advice, names) -> problems
			.add(String.join(", ", names) + ((names.size() == 1) ? " is final and would run in the application; "
					: " are final and would run in the application; ") + advice));
	}

}
