package io.privsep.launch;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import io.privsep.command.ApplicationJvm;
import io.privsep.definition.HelperDefinition;

/**
 * How a helper gets its rights.
 */
public interface Launcher {

	/**
	 * Starts a helper.
	 * @param definition the helper's definition
	 * @return the helper, which has not said yet that it is ready
	 * @throws IOException if it cannot be started
	 */
	LaunchedHelper launch(HelperDefinition definition) throws IOException;

	/**
	 * Says whether helpers can still be started. An application that has dropped its
	 * rights may never be able to again.
	 * @param definition the helper's definition
	 * @return why no helper can be started any more, such as {@code the application has
	 * dropped root}; {@code null} if an attempt may succeed
	 */
	default @Nullable String obstacle(HelperDefinition definition) {
		return null;
	}

	/**
	 * Says what may be the reason if a helper does not start, beside what it says itself.
	 * @return a sentence, such as that the JVM was updated meanwhile; empty if there is
	 * none
	 */
	default String remark() {
		return ApplicationJvm.change();
	}

}
