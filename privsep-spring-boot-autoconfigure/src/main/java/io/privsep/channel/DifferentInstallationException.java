package io.privsep.channel;

import java.io.IOException;
import java.util.List;

/**
 * A helper was installed with something else than the application is configured with.
 */
public final class DifferentInstallationException extends IOException {

	private static final long serialVersionUID = 1L;

	DifferentInstallationException(List<String> differences) {
		super("the installed helper is not what the application is configured for: " + String.join("; ", differences));
	}

}
