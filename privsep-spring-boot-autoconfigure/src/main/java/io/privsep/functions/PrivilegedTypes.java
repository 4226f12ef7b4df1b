package io.privsep.functions;

import java.lang.reflect.Method;

import io.privsep.PrivsepFunction;
import io.privsep.function.PrivilegedBean;

/**
 * What only the application asks of classes with functions.
 */
public final class PrivilegedTypes {

	private PrivilegedTypes() {
	}

	/**
	 * Whether a class is meant to have functions: the annotation stands on it, on one of
	 * its methods, or on something that it extends or implements.
	 * @param type the class
	 * @return whether it is a privileged bean, or a mistaken attempt at one
	 */
	public static boolean isPrivileged(Class<?> type) {
		for (Class<?> each : PrivilegedBean.hierarchy(type)) {
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
	 * The context of a bean's functions.
	 * @param bean the bean
	 * @return the one context of all; empty if there is not just one
	 */
	public static String context(PrivilegedBean bean) {
		String context = "";
		for (Method function : bean.functions()) {
			PrivsepFunction annotation = bean.annotation(function);
			String each = (annotation != null) ? annotation.value() : "";
			if (!each.isBlank() && !context.isEmpty() && !each.equals(context)) {
				return "";
			}
			context = each.isBlank() ? context : each;
		}
		return context;
	}

}
