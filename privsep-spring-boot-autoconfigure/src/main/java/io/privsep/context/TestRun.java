package io.privsep.context;

import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

import io.privsep.command.ApplicationCommands;
import io.privsep.command.ApplicationCommands.Layout;

/**
 * Whether the application is run by a test.
 */
public final class TestRun {

	private static final String TEST = "org.springframework.test.context.TestContextManager";

	private static final SingletonSupplier<Layout> LAYOUT = SingletonSupplier
		.of(() -> ApplicationCommands.ofThisProcess().layout());

	private TestRun() {
	}

	/**
	 * Whether this is a test. What Spring tests with is no part of an application, and
	 * where it is one by mistake, the application still runs from jars alone.
	 * @return whether it is
	 */
	public static boolean isCurrent() {
		return ClassUtils.isPresent(TEST, null) && LAYOUT.obtain() == Layout.CLASSES;
	}

}
