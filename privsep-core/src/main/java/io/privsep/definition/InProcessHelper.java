package io.privsep.definition;

import java.nio.channels.SocketChannel;

/**
 * A helper in the application's own JVM, found by {@link java.util.ServiceLoader}:
 * nothing in the application depends on the helper's code.
 */
public interface InProcessHelper {

	/**
	 * Serves until the connection ends.
	 * @param connection the helper's end of the connection
	 * @param definition the helper's definition
	 * @param classLoader loads the privileged beans
	 * @throws Exception if the helper cannot be made; its connection is closed then
	 */
	void serve(SocketChannel connection, HelperDefinition definition, ClassLoader classLoader) throws Exception;

}
