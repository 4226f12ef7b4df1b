package io.privsep.linux;

/**
 * The JVM does not let the application call functions of the C library.
 */
public final class NativeAccessException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	NativeAccessException(IllegalCallerException cause) {
		super("This JVM does not let the application call the C library, which starts helpers: " + cause.getMessage(),
				cause);
	}

	/**
	 * What to do about it.
	 * @return sentences
	 */
	public String action() {
		return "Allow it: start the application with '--enable-native-access=ALL-UNNAMED', or give the manifest of its"
				+ " executable jar the entry 'Enable-Native-Access: ALL-UNNAMED'. On a module path, name the module"
				+ " 'io.privsep.client' instead.";
	}

}
