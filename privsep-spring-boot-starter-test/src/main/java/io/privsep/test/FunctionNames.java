package io.privsep.test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.privsep.advice.PrivilegedProxy;
import io.privsep.function.PrivilegedFunction;
import io.privsep.functions.FunctionCatalog;

/**
 * The names that a test may use for functions. Of one that is mistyped nothing would ever
 * be seen, nor of one of a mock, so that a test of what must not happen could not fail.
 */
final class FunctionNames {

	private final FunctionCatalog catalog;

	private final ConfigurableListableBeanFactory beanFactory;

	FunctionNames(FunctionCatalog catalog, ConfigurableListableBeanFactory beanFactory) {
		this.catalog = catalog;
		this.beanFactory = beanFactory;
	}

	/**
	 * Checks names that a test uses.
	 * @param context name of a context
	 * @param function name of a function; {@code null} for all of the context
	 * @throws IllegalArgumentException if there is no such function
	 */
	void check(String context, @Nullable String function) {
		Map<String, List<String>> all = all();
		List<String> names = all.get(context);
		if (names == null) {
			throw new IllegalArgumentException("No bean of this test has functions of context '" + context
					+ "', but of " + all.keySet() + "; is it mistyped, mocked, or not imported into a slice?");
		}
		if (names.stream().noneMatch((name) -> isNamed(name, function))) {
			throw new IllegalArgumentException("No bean of this test has a function '" + function + "' of context '"
					+ context + "', but " + names + "; is it mistyped, mocked, or not imported into a slice?");
		}
	}

	private Map<String, List<String>> all() {
		Map<String, List<String>> all = new TreeMap<>();
		this.catalog.tables().forEach((context, table) -> {
			List<String> names = table.functions()
				.stream()
				.filter((function) -> !isMocked(function.beanType()))
				.map(PrivilegedFunction::name)
				.distinct()
				.toList();
			if (!names.isEmpty()) {
				all.put(context, names);
			}
		});
		return all;
	}

	// a mock stands in the place of the proxy, a spy before it
	private boolean isMocked(Class<?> type) {
		return Arrays.stream(this.beanFactory.getBeanNamesForType(type))
			.map(this.beanFactory::getSingleton)
			.allMatch((bean) -> bean != null && !(bean instanceof PrivilegedProxy));
	}

	/**
	 * Whether a function has a name.
	 * @param name its whole name, such as {@code Motd.update}
	 * @param function what a test calls it; {@code null} for any
	 * @return whether it is the name, or that of the method alone
	 */
	static boolean isNamed(String name, @Nullable String function) {
		return function == null || name.equals(function) || name.endsWith("." + function);
	}

}
