package io.privsep.functions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedBean;
import io.privsep.function.PrivilegedFunction;

/**
 * The functions of an application, found among its bean definitions before any of the
 * beans is made.
 */
public final class FunctionCatalog {

	private static final String MOCK = "$MockitoMock$";

	private static final String PROVIDERS = "META-INF/services/jakarta.validation.spi.ValidationProvider";

	private static final String UNCHECKED = " has constraints, and there is no provider of Jakarta Validation to check"
			+ " them; add spring-boot-starter-validation, or remove them";

	private static final Map<Class<?>, Boolean> privileged = new ConcurrentHashMap<>();

	private final Map<String, FunctionTable> tables;

	private FunctionCatalog(Map<String, FunctionTable> tables) {
		this.tables = tables;
	}

	/**
	 * Finds the functions.
	 * @param beanFactory has the bean definitions
	 * @param contexts the configured contexts, with the packages in which their functions
	 * may stand; an empty list means any
	 * @return the catalog
	 * @throws InvalidFunctionsException with all problems there are
	 */
	public static FunctionCatalog of(ConfigurableListableBeanFactory beanFactory, Map<String, List<String>> contexts) {
		return of(beanFactory, contexts, false);
	}

	/**
	 * Finds the functions where only a part of the application may be there, as in tests:
	 * contexts whose beans are not are left out.
	 * @param beanFactory has the bean definitions
	 * @param contexts the configured contexts, as for {@link #of}
	 * @return the catalog
	 * @throws InvalidFunctionsException with all problems there are
	 */
	public static FunctionCatalog ofPart(ConfigurableListableBeanFactory beanFactory,
			Map<String, List<String>> contexts) {
		return of(beanFactory, contexts, true);
	}

	/**
	 * The contexts that functions name, configured or not.
	 * @param beanFactory has the bean definitions
	 * @return their names
	 */
	public static Set<String> contextNames(ConfigurableListableBeanFactory beanFactory) {
		Set<String> names = new TreeSet<>();
		for (PrivilegedBean bean : BeanDefinitions.of(beanFactory).beans()) {
			String name = PrivilegedTypes.context(bean);
			if (!name.isEmpty()) {
				names.add(name);
			}
		}
		return names;
	}

	private static FunctionCatalog of(ConfigurableListableBeanFactory beanFactory, Map<String, List<String>> contexts,
			boolean isPart) {
		Set<String> missing = new TreeSet<>();
		Set<String> unused = new TreeSet<>();
		BeanDefinitions definitions = BeanDefinitions.of(beanFactory);
		List<String> problems = new ArrayList<>(definitions.problems());
		Map<String, List<PrivilegedBean>> types = new TreeMap<>();
		contexts.keySet().forEach((context) -> types.put(context, new ArrayList<>()));
		for (PrivilegedBean bean : definitions.beans()) {
			String context = PrivilegedTypes.context(bean);
			FunctionTimeouts.check(bean, problems);
			if (!contexts.containsKey(context)) {
				problems.addAll(BeanProblems.of(bean));
				if (!context.isEmpty()) {
					missing.add(context);
					problems.add("'" + bean.type().getName() + "' has functions of context '" + context
							+ "', which is not configured; configure 'privsep.contexts." + context + "'"
							+ (contexts.isEmpty() ? "" : ", or name one of " + contexts.keySet()));
				}
				continue;
			}
			types.computeIfAbsent(context, (name) -> new ArrayList<>()).add(bean);
			checkPackage(bean, contexts.getOrDefault(context, List.of()), problems);
		}
		Map<String, FunctionTable> tables = new LinkedHashMap<>();
		// what is wrong with beans may be why a context has none
		boolean hasOthers = !problems.isEmpty();
		types.forEach((context, beans) -> {
			List<String> found = BeanProblems.of(context, beans);
			problems.addAll(found);
			if (beans.isEmpty() && (isPart || hasMocks(beanFactory) || isOfParent(beanFactory, context))) {
				// its beans are not in this part, or a test has put mocks in their place
				return;
			}
			if (beans.isEmpty() && !hasOthers) {
				unused.add(context);
				problems
					.add("Context '" + context + "' is configured but has no functions; annotate a bean's method with"
							+ " @PrivsepFunction(\"" + context + "\"), make the class that has it a bean, such as by"
							+ " @Component, or remove 'privsep.contexts." + context + "'");
			}
			else if (found.isEmpty()) {
				tables.put(context, FunctionTable.ofBeans(context, beans));
			}
		});
		checkConstraints(tables.values(), problems);
		if (!problems.isEmpty()) {
			throw new InvalidFunctionsException(problems.stream().distinct().toList(), missing, unused);
		}
		definitions.log();
		return new FunctionCatalog(tables);
	}

	// The helper has the same libraries.
	private static void checkConstraints(Collection<FunctionTable> tables, List<String> problems) {
		if (Objects.requireNonNull(ClassUtils.getDefaultClassLoader()).getResource(PROVIDERS) != null) {
			return;
		}
		for (FunctionTable table : tables) {
			table.functions()
				.stream()
				.filter(PrivilegedFunction::isConstrained)
				.forEach((function) -> problems.add("'" + function.name() + "'" + UNCHECKED));
			if (table.hasConstrainedSettings()) {
				problems.add("The settings of context '" + table.context() + "'" + UNCHECKED);
			}
		}
	}

	// A child context has the properties of its parent, too, and not the functions.
	private static boolean isOfParent(HierarchicalBeanFactory beanFactory, String context) {
		return beanFactory.getParentBeanFactory() instanceof ListableBeanFactory parent
				&& (parent.getBeansOfType(FunctionCatalog.class)
					.values()
					.stream()
					.anyMatch((catalog) -> catalog.tables.containsKey(context))
						|| parent instanceof HierarchicalBeanFactory child && isOfParent(child, context));
	}

	private static boolean hasMocks(ConfigurableListableBeanFactory beanFactory) {
		return Arrays.stream(beanFactory.getBeanNamesForType(Object.class, true, false))
			.map((name) -> beanFactory.getType(name, false))
			.anyMatch((type) -> type != null && type.getName().contains(MOCK));
	}

	/**
	 * What the user wrote, of a class that was made at run time to stand in for it.
	 * @param type the class, such as a subclass that Spring or Mockito has made
	 * @return the user's class
	 */
	public static Class<?> userClass(Class<?> type) {
		Class<?> userClass = ClassUtils.getUserClass(type);
		while (userClass.getName().contains(MOCK) && userClass.getSuperclass() != null) {
			userClass = userClass.getSuperclass();
		}
		return userClass;
	}

	/**
	 * Whether a class has functions.
	 * @param type the class
	 * @return whether it has; false for one that refers to classes that are not there
	 */
	public static boolean isPrivileged(Class<?> type) {
		return privileged.computeIfAbsent(type, FunctionCatalog::look);
	}

	private static boolean look(Class<?> type) {
		if (type.isPrimitive() || type.isArray() || type.getName().startsWith("java.")) {
			return false;
		}
		try {
			return PrivilegedTypes.isPrivileged(type);
		}
		catch (LinkageError | TypeNotPresentException ex) {
			// a class that refers to what is not there cannot become a bean either
			return false;
		}
	}

	private static void checkPackage(PrivilegedBean bean, List<String> packages, List<String> problems) {
		String name = bean.type().getPackageName();
		if (!packages.isEmpty()
				&& packages.stream().noneMatch((each) -> name.equals(each) || name.startsWith(each + "."))) {
			problems.add("'" + bean.type().getName() + "' has functions of context '" + PrivilegedTypes.context(bean)
					+ "', which may only stand in " + packages + "; move it, or extend 'privsep.contexts."
					+ PrivilegedTypes.context(bean) + ".packages'");
		}
	}

	/**
	 * The tables, by the names of their contexts.
	 * @return the tables
	 */
	public Map<String, FunctionTable> tables() {
		return this.tables;
	}

	/**
	 * The table that has the functions of a privileged bean.
	 * @param beanType class of the bean
	 * @return the table
	 * @throws InvalidFunctionsException if they were not found among the bean definitions
	 */
	public FunctionTable table(Class<?> beanType) {
		return this.tables.values()
			.stream()
			.filter((table) -> table.beans().stream().anyMatch((bean) -> bean.type() == beanType))
			.findFirst()
			.orElseThrow(() -> new InvalidFunctionsException(List
				.of("'" + beanType.getName() + "' has functions, " + (FactoryBean.class.isAssignableFrom(beanType)
						? "and is a FactoryBean; move its functions to another bean"
						: "but was not found among the bean definitions; let the @Bean method return that class"))));
	}

}
