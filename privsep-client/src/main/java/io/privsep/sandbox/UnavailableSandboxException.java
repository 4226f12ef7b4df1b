package io.privsep.sandbox;

/**
 * This system has no sandboxes, or lets this user have none.
 */
public final class UnavailableSandboxException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	UnavailableSandboxException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * What to do about it.
	 * @return sentences
	 */
	public String action() {
		return this.action;
	}

}
