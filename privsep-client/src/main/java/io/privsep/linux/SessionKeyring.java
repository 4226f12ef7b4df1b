package io.privsep.linux;

/**
 * The session keyring (session-keyring(7)), which everything has that a thread starts:
 * what is put into it on one side can be read on the other.
 */
final class SessionKeyring {

	/** {@code KEYCTL_JOIN_SESSION_KEYRING}. */
	private static final long JOIN = 1;

	private SessionKeyring() {
	}

	/**
	 * Gives this thread a new one, without a name, in place of the one that it has. It
	 * keeps that where the kernel has no keys, lets nobody in this container use them, or
	 * allows this user no more.
	 */
	static void replace() {
		long number = switch (System.getProperty("os.arch")) {
			case "amd64" -> 250;
			case "aarch64" -> 219;
			default -> -1;
		};
		if (number != -1) {
			// the C library has no function for it
			new CFunction("syscall", CFunction.POINTER, CFunction.POINTER, CFunction.POINTER, CFunction.POINTER)
				.address(number, JOIN, 0L);
		}
	}

}
