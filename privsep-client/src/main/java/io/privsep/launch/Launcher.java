package io.privsep.launch;

import java.io.IOException;

import io.privsep.definition.HelperDefinition;

/**
 * How a helper gets its rights.
 */
public interface Launcher {

	/**
	 * Starts a helper.
	 * @param definition what the helper is told
	 * @return the helper, which has not said yet that it is ready
	 * @throws IOException if it cannot be started
	 */
	HelperProcess launch(HelperDefinition definition) throws IOException;

}
