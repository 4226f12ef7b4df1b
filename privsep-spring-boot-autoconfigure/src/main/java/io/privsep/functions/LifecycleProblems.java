package io.privsep.functions;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.util.ReflectionUtils;

import io.privsep.function.PrivilegedBean;

/**
 * Callbacks that Spring runs at the begin and the end of other beans, and helpers do not:
 * those of its interfaces, and those that a bean definition names.
 */
final class LifecycleProblems {

	private static final String NEVER_RUNS = " never runs in a helper; ";

	private LifecycleProblems() {
	}

	/**
	 * Looks for callbacks of interfaces.
	 * @param bean a class with functions
	 * @param problems get those that are found
	 * @return the class without the functions that are such callbacks: one problem is
	 * enough for each
	 */
	static PrivilegedBean check(PrivilegedBean bean, List<String> problems) {
		List<Method> callbacks = new ArrayList<>();
		for (Class<?> each : PrivilegedBean.hierarchy(bean.type())) {
			if (!each.isInterface() || each == bean.type()) {
				continue;
			}
			String instead = instead(each, bean);
			for (Method method : (instead != null) ? each.getDeclaredMethods() : new Method[0]) {
				callbacks.add(method);
				problems.add("'" + bean.type().getName() + "' implements " + each.getSimpleName() + ", whose "
						+ method.getName() + "()" + NEVER_RUNS + instead);
			}
		}
		return new PrivilegedBean(bean.type(),
				bean.functions()
					.stream()
					.filter((function) -> callbacks.stream()
						.noneMatch((callback) -> callback.getName().equals(function.getName())
								&& Arrays.equals(callback.getParameterTypes(), function.getParameterTypes())))
					.toList(),
				bean.constructor());
	}

	private static @Nullable String instead(Class<?> callback, PrivilegedBean bean) {
		if (callback == InitializingBean.class) {
			return "remove the interface, and put @PostConstruct on a method that is not public";
		}
		if (callback == DisposableBean.class || callback == AutoCloseable.class && !isFunction("close", bean)) {
			return "remove the interface, and put @PreDestroy on a method that is not public";
		}
		return Aware.class.isAssignableFrom(callback)
				? "remove the interface; " + MemberProblems.elsewhere(MemberProblems.settings(bean)) : null;
	}

	private static boolean isFunction(String name, PrivilegedBean bean) {
		Method method = ReflectionUtils.findMethod(bean.type(), name);
		return method != null && bean.annotation(method) != null || isCalled(PrivilegedBean.PRE_DESTROY, name, bean);
	}

	/**
	 * Looks for callbacks that a bean definition names, or leaves Spring to find.
	 * @param bean the class of the bean
	 * @param name of the bean
	 * @param definition the definition
	 * @param problems get those that are found
	 */
	static void check(PrivilegedBean bean, String name, AbstractBeanDefinition definition, List<String> problems) {
		if (AotDetector.useGeneratedArtifacts()) {
			// generated definitions name what Spring has found
			return;
		}
		checkNamed(bean, "'" + name + "' has the init method '", definition.getInitMethodNames(),
				PrivilegedBean.POST_CONSTRUCT, "no init method, and put @PostConstruct", problems);
		String destroy = definition.getDestroyMethodName();
		if (destroy != null && !AbstractBeanDefinition.INFER_METHOD.equals(destroy)) {
			checkNamed(bean, "'" + name + "' has the destroy method '", definition.getDestroyMethodNames(),
					PrivilegedBean.PRE_DESTROY, "no destroy method, and put @PreDestroy", problems);
		}
		else if (AutoCloseable.class.isAssignableFrom(bean.type()) && isFunction("close", bean)
				&& !isCalled(PrivilegedBean.PRE_DESTROY, "close", bean)) {
			problems
				.add("'" + bean.type().getName() + "' implements AutoCloseable, and Spring does not call the close()"
						+ " of a helper's bean at its end; put @PreDestroy on close()");
		}
	}

	private static void checkNamed(PrivilegedBean bean, String which, String @Nullable [] methods, String annotation,
			String instead, List<String> problems) {
		for (String method : (methods != null) ? methods : new String[0]) {
			if (!method.isEmpty() && !isCalled(annotation, method, bean)) {
				problems.add("Bean " + which + method + "', which" + NEVER_RUNS + "name " + instead
						+ " on a method that is not public");
			}
		}
	}

	private static boolean isCalled(String annotation, String name, PrivilegedBean bean) {
		return bean.callbacks(annotation).stream().anyMatch((method) -> method.getName().equals(name));
	}

}
