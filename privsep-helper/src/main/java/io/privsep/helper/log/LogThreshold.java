package io.privsep.helper.log;

import java.util.List;

/**
 * The least severe level that is logged: what the application would not log is not sent
 * to it. It changes while the application runs, and each call brings it along.
 */
public final class LogThreshold {

	private static final List<String> NAMES = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

	/**
	 * As SLF4J numbers levels; without its class, which is loaded with the first logger.
	 */
	private static volatile int level = 20;

	private LogThreshold() {
	}

	/**
	 * Sets the level.
	 * @param level a number from 0 for {@code TRACE} to 40 for {@code ERROR}
	 */
	public static void set(int level) {
		if (LogThreshold.level != level) {
			LogThreshold.level = level;
		}
	}

	/**
	 * Sets the level.
	 * @param name its name; one that is not known is {@code INFO}
	 */
	public static void set(String name) {
		int index = NAMES.indexOf(name);
		set(10 * ((index != -1) ? index : NAMES.indexOf("INFO")));
	}

	static boolean allows(int level) {
		return level >= LogThreshold.level;
	}

}
