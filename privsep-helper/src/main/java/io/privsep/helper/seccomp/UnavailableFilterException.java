package io.privsep.helper.seccomp;

/**
 * The filter cannot be loaded, so that the helper must not serve.
 */
public final class UnavailableFilterException extends Exception {

	private static final long serialVersionUID = 1L;

	UnavailableFilterException(String message) {
		super(message);
	}

}
