package io.privsep.command;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The helper's user cannot read the code that the helper would run.
 */
public final class UnreadableCodeException extends IOException {

	private static final long serialVersionUID = 1L;

	UnreadableCodeException(Path path, Path component, String uid) {
		super("user " + uid + " cannot read '" + path + "', because of the permissions of '" + component + "'");
	}

}
