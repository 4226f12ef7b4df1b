package io.privsep.thrown;

import org.jspecify.annotations.Nullable;

/**
 * Lines of stack traces from helpers. Logging systems, such as Log4j for its
 * {@code %xEx}, load and initialize the classes that a stack trace names. A helper would
 * choose which of the application's classes that are: so what stands in the place of a
 * class is the name of none.
 */
public final class HelperFrame {

	private HelperFrame() {
	}

	/**
	 * Makes a line, which is printed as that of a class loader with the name of the
	 * helper.
	 * @param context name of the context
	 * @param className name of the class in the helper
	 * @param methodName name of the method
	 * @param fileName name of the source file
	 * @param line number of the line; negative if not known
	 * @return the line
	 */
	public static StackTraceElement of(String context, String className, String methodName, @Nullable String fileName,
			int line) {
		// no class has a slash in its name (Class.forName)
		return new StackTraceElement("helper '" + context + "'//" + className, methodName, fileName, line);
	}

}
