package io.privsep.launch;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * An application that starts a child with a connection, and says how that ended.
 */
final class TemporaryDirectoryApplication {

	private TemporaryDirectoryApplication() {
	}

	/**
	 * Runs the application.
	 * @param args ignored
	 * @throws IOException if the child cannot be started
	 */
	public static void main(String[] args) throws IOException {
		System.out.println(ChildHelper.start("tmp", List.of("/bin/sh", "-c", "exit 3"), Map.of()).end().text());
	}

}
