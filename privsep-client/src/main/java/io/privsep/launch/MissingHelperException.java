package io.privsep.launch;

import java.io.IOException;

/**
 * What runs in helpers is not among the application's libraries.
 */
public final class MissingHelperException extends IOException {

	private static final long serialVersionUID = 1L;

	private static final String MAIN = "io.privsep.helper.Main";

	private MissingHelperException() {
		super("'io.privsep:privsep-helper' is not on the class path of the application, which its helpers run from");
	}

	/**
	 * Requires that it is there.
	 * @param classLoader loads what is on the class path
	 * @throws MissingHelperException if it is not
	 */
	static void check(ClassLoader classLoader) throws MissingHelperException {
		try {
			Class.forName(MAIN, false, classLoader);
		}
		catch (ClassNotFoundException ex) {
			throw new MissingHelperException();
		}
	}

}
