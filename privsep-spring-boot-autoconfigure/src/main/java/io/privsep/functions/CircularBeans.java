package io.privsep.functions;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.privsep.function.PrivilegedBean;

/**
 * Finds privileged beans that need each other to be made.
 */
final class CircularBeans {

	private CircularBeans() {
	}

	/**
	 * Looks for a bean whose constructor needs itself.
	 * @param beans the privileged beans of a context
	 * @param byType the same, by their classes
	 * @param problems gets a sentence if there is one
	 */
	static void check(Collection<PrivilegedBean> beans, Map<Class<?>, PrivilegedBean> byType, List<String> problems) {
		Set<Class<?>> done = new LinkedHashSet<>();
		for (PrivilegedBean bean : beans) {
			if (isInCycle(bean, byType, new LinkedHashSet<>(), done)) {
				problems.add("The constructor of '" + bean.type().getName() + "' needs itself, through other beans");
				return;
			}
		}
	}

	private static boolean isInCycle(PrivilegedBean bean, Map<Class<?>, PrivilegedBean> byType, Set<Class<?>> path,
			Set<Class<?>> done) {
		if (done.contains(bean.type())) {
			return false;
		}
		if (!path.add(bean.type())) {
			return true;
		}
		for (Class<?> parameter : Objects.requireNonNull(bean.constructor()).getParameterTypes()) {
			PrivilegedBean needed = byType.get(parameter);
			if (needed != null && isInCycle(needed, byType, path, done)) {
				return true;
			}
		}
		path.remove(bean.type());
		done.add(bean.type());
		return false;
	}

}
