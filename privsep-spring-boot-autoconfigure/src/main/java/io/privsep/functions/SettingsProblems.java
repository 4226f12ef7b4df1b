package io.privsep.functions;

import java.lang.reflect.AnnotatedElement;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.annotation.AnnotatedElementUtils;

import io.privsep.function.PrivilegedBean;

/**
 * Places of {@link ConfigurationProperties} that a helper does not read: it is given the
 * settings of its context, and binds nothing.
 */
final class SettingsProblems {

	private SettingsProblems() {
	}

	/**
	 * Looks at a record that a constructor takes.
	 * @param context whose settings it gets
	 * @param type the record
	 * @param problems get what is found
	 */
	static void checkRecord(String context, Class<?> type, List<String> problems) {
		String settings = "privsep.contexts." + context + ".settings";
		String prefix = prefix(type);
		if (prefix != null && !prefix.equals(settings)) {
			problems.add("'" + type.getName() + "' has @ConfigurationProperties(\"" + prefix
					+ "\"), and a helper gets it from '" + settings
					+ "'; write that prefix and move the values there, or"
					+ " take another record, and let its values refer to these, such as '" + settings
					+ ".<name>=${<name>}'");
		}
	}

	/**
	 * Looks at a class with functions, or at its {@code @Bean} method.
	 * @param bean the class
	 * @param place where the annotation may be
	 * @param name of that place
	 * @param problems get what is found
	 */
	static void checkBean(PrivilegedBean bean, AnnotatedElement place, String name, List<String> problems) {
		if (prefix(place) != null) {
			problems
				.add("'" + name + "' has @ConfigurationProperties, which binds nothing in a helper; keep the values in "
						+ MemberProblems.settings(bean)
						+ ", and take the record that is bound from there as a constructor parameter");
		}
	}

	private static @Nullable String prefix(AnnotatedElement element) {
		ConfigurationProperties annotation = AnnotatedElementUtils.findMergedAnnotation(element,
				ConfigurationProperties.class);
		return (annotation != null) ? annotation.prefix() : null;
	}

}
