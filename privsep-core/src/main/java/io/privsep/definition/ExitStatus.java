package io.privsep.definition;

/**
 * What the exit status of a helper says, after sysexits(3).
 */
public final class ExitStatus {

	/** The application has ended the connection. */
	public static final int OK = 0;

	/** The helper was started in a way that it is not meant to be. */
	public static final int USAGE = 64;

	/** The helper's code, or that of its beans, failed. */
	public static final int SOFTWARE = 70;

	/** The other end of the connection broke the protocol. */
	public static final int PROTOCOL = 76;

	/** The helper is not what it is configured to be. */
	public static final int CONFIG = 78;

	private ExitStatus() {
	}

}
