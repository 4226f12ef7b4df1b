package io.privsep.functions;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.springframework.boot.convert.DurationStyle;

import io.privsep.PrivsepFunction;
import io.privsep.function.PrivilegedBean;
import io.privsep.function.PrivilegedFunction;

/**
 * How long calls may take: the timeouts of {@link PrivsepFunction} and of the contexts.
 */
public final class FunctionTimeouts {

	private static final Duration NO_LIMIT = Duration.ofDays(36_500);

	private FunctionTimeouts() {
	}

	/**
	 * The timeout of a function.
	 * @param function the function
	 * @param ofContext that of its context, for functions without one
	 * @return how long a call may take, at most some generations
	 */
	public static Duration of(PrivilegedFunction function, Duration ofContext) {
		return function.timeout().isEmpty() ? ofContext : limit(DurationStyle.detectAndParse(function.timeout()));
	}

	/**
	 * What a timeout means.
	 * @param timeout the timeout; zero for none
	 * @return how long a call may take, at most some generations
	 */
	public static Duration limit(Duration timeout) {
		return (timeout.isZero() || timeout.compareTo(NO_LIMIT) > 0) ? NO_LIMIT : timeout;
	}

	/**
	 * Checks those of a bean; also that of a class whose functions all have their own.
	 * @param bean the bean
	 * @param problems gets what is wrong
	 */
	static void check(PrivilegedBean bean, List<String> problems) {
		String name = bean.type().getSimpleName();
		Set<PrivsepFunction> ofFunctions = new HashSet<>();
		for (Method method : bean.functions()) {
			PrivsepFunction annotation = bean.annotation(method);
			if (annotation != null) {
				ofFunctions.add(annotation);
				check(name + "." + method.getName(), annotation.timeout(), problems);
			}
		}
		for (Class<?> each = bean.type(); each != null; each = each.getSuperclass()) {
			PrivsepFunction onClass = each.getAnnotation(PrivsepFunction.class);
			if (onClass != null && !ofFunctions.contains(onClass)) {
				check(each.getSimpleName(), onClass.timeout(), problems);
			}
		}
	}

	private static void check(String name, String timeout, List<String> problems) {
		String suggestion = MissingUnit.suggestion(timeout, Duration.class);
		if (suggestion != null) {
			problems.add("'" + name + "' has the timeout '" + timeout + "' without a unit; write \"" + suggestion
					+ "\" if that is meant");
			return;
		}
		try {
			if (!timeout.isEmpty() && DurationStyle.detectAndParse(timeout).isNegative()) {
				throw new IllegalArgumentException("negative");
			}
		}
		catch (IllegalArgumentException ex) {
			problems.add("'" + name + "' has the timeout '" + timeout
					+ "', which is no duration; write such as \"2s\", or \"0\" for no limit");
		}
	}

}
