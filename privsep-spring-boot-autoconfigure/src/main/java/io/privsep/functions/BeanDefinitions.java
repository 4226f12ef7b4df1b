package io.privsep.functions;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

import io.privsep.function.PrivilegedBean;

/**
 * The privileged beans among the bean definitions, and what is wrong with how they are
 * defined: the helper has one bean of each class, made by the constructor of that class.
 */
final class BeanDefinitions {

	private static final Logger logger = LoggerFactory.getLogger(BeanDefinitions.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final Map<PrivilegedBean, List<String>> names = new LinkedHashMap<>();

	private final List<String> problems = new ArrayList<>();

	private final Set<String> unrun = new TreeSet<>();

	private BeanDefinitions(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Looks for privileged beans.
	 * @param beanFactory has the bean definitions
	 * @return what was found
	 */
	static BeanDefinitions of(ConfigurableListableBeanFactory beanFactory) {
		BeanDefinitions definitions = new BeanDefinitions(beanFactory);
		Map<Class<?>, PrivilegedBean> beans = new HashMap<>();
		for (String name : beanFactory.getBeanNamesForType(Object.class, true, false)) {
			Class<?> type = beanFactory.getType(name, false);
			if (type != null && FunctionCatalog.isPrivileged(FunctionCatalog.userClass(type))) {
				PrivilegedBean bean = beans.computeIfAbsent(FunctionCatalog.userClass(type), PrivilegedBean::of);
				definitions.names.computeIfAbsent(bean, (each) -> new ArrayList<>()).add(name);
			}
		}
		definitions.names.forEach(definitions::check);
		return definitions;
	}

	Collection<PrivilegedBean> beans() {
		return this.names.keySet();
	}

	List<String> problems() {
		return this.problems;
	}

	/** Says once of all whose methods or suppliers are not run that they are not. */
	void log() {
		if (!this.unrun.isEmpty()) {
			logger.info("The @Bean methods and suppliers of {} never run: helpers make these beans by the constructors"
					+ " of their classes", this.unrun);
		}
	}

	private void check(PrivilegedBean bean, List<String> names) {
		Class<?> type = bean.type();
		List<String> defined = names.stream().filter(this.beanFactory::containsBeanDefinition).toList();
		for (String name : defined) {
			BeanDefinition definition = this.beanFactory.getMergedBeanDefinition(name);
			String scope = definition.getScope();
			if (StringUtils.hasText(scope) && !definition.isSingleton()) {
				this.problems.add("'" + type.getName() + "' has the scope '" + scope
						+ "', and its helper has one instance for all; remove the scope");
				return;
			}
			if (definition instanceof AbstractBeanDefinition named) {
				LifecycleProblems.check(bean, name, named, this.problems);
				// generated definitions have one each
				if (named.getInstanceSupplier() != null && !AotDetector.useGeneratedArtifacts()) {
					this.unrun.add(name + " (" + type.getName() + ")");
				}
			}
			Method method = (definition instanceof RootBeanDefinition root) ? root.getResolvedFactoryMethod() : null;
			if (method != null && ClassUtils.getUserClass(type) == method.getReturnType()) {
				this.unrun.add(name + " (" + type.getName() + ")");
				SettingsProblems.checkBean(bean, method,
						method.getDeclaringClass().getSimpleName() + "." + method.getName(), this.problems);
				checkResult(method, type);
			}
		}
		if (defined.stream().filter((name) -> !ScopedProxyUtils.isScopedTarget(name)).count() > 1) {
			this.problems.add("'" + type.getName() + "' is the class of the beans " + defined
					+ ", and its helper has one bean of each class; leave one");
		}
	}

	// The helper would make one of the class that the method declares.
	private void checkResult(Method method, Class<?> type) {
		for (String made : MadeByBeanMethod.of(method)) {
			Class<?> other = resolve(made, type);
			if (other != type && type.isAssignableFrom(other)) {
				this.problems.add("@Bean method '" + method.getDeclaringClass().getSimpleName() + "." + method.getName()
						+ "' makes a '" + other.getName() + "', and its helper a '" + type.getName()
						+ "', as the method says; let it return '" + other.getSimpleName() + "'");
			}
		}
	}

	private static Class<?> resolve(String name, Class<?> type) {
		try {
			return ClassUtils.forName(name, type.getClassLoader());
		}
		catch (ClassNotFoundException | LinkageError ex) {
			// code that never runs may name what is not there
			return type;
		}
	}

}
