package io.privsep.context;

import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.SpringProperties;

/**
 * Whether the application ends before anybody uses it: it makes a class-data archive or a
 * cache for later runs, perhaps on another machine and as another user, or is processed
 * ahead of time.
 */
public final class TrainingRun {

	private static final String AOT_PROCESSING = "spring.aot.processing";

	private TrainingRun() {
	}

	/**
	 * Whether this is one.
	 * @return whether no helper is to be started
	 */
	public static boolean isOne() {
		return DefaultLifecycleProcessor.ON_REFRESH_VALUE
			.equalsIgnoreCase(SpringProperties.getProperty(DefaultLifecycleProcessor.EXIT_PROPERTY_NAME))
				|| Boolean.getBoolean(AOT_PROCESSING);
	}

}
