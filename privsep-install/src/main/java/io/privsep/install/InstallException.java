package io.privsep.install;

import org.jspecify.annotations.Nullable;

/**
 * Something keeps a command from being done.
 */
final class InstallException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** Exit codes, after sysexits(3). */
	static final int USAGE = 64;

	static final int APPLICATION = 65;

	static final int PROGRAM_MISSING = 69;

	static final int SOFTWARE = 70;

	static final int CANNOT_CREATE = 73;

	static final int NOT_ROOT = 77;

	static final int WRONG = 78;

	private final int exitCode;

	InstallException(int exitCode, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.exitCode = exitCode;
	}

	InstallException(int exitCode, String message) {
		this(exitCode, message, null);
	}

	int exitCode() {
		return this.exitCode;
	}

}
