package io.privsep.channel;

import java.io.IOException;
import java.util.List;

import io.privsep.wire.LogLine;

/**
 * A helper was installed with something else than the application is configured with.
 */
public final class DifferentInstallationException extends IOException {

	private static final long serialVersionUID = 1L;

	private static final int MAX_LENGTH = 8192;

	DifferentInstallationException(List<String> differences) {
		// a helper gone bad may have chosen a part of it
		super(LogLine.printable(
				"the installed helper is not what the application is configured for: " + String.join("; ", differences),
				MAX_LENGTH));
	}

}
