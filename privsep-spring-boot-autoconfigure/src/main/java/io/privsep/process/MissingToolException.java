package io.privsep.process;

import java.util.List;

/**
 * Programs that are needed to start a helper are not on this system.
 */
public final class MissingToolException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	MissingToolException(List<String> names) {
		super("The programs " + names + " are needed to start a helper, and are not in " + Tools.PATH);
	}

}
