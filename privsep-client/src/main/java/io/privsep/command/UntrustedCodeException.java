package io.privsep.command;

import java.io.IOException;
import java.util.List;

/**
 * Someone other than root could change the code that a helper would run with rights.
 */
public final class UntrustedCodeException extends IOException {

	private static final long serialVersionUID = 1L;

	UntrustedCodeException(List<String> problems) {
		super(String.join("; ", problems));
	}

}
