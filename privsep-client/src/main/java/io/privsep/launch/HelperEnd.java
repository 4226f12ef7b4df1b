package io.privsep.launch;

import java.lang.reflect.InvocationTargetException;

import io.privsep.definition.ExitStatus;

/**
 * How a helper process has ended.
 *
 * @param status its exit status, as a shell shows it; -1 if it is not known
 * @param text the same for people, such as {@code exit code 78}
 * @param isKilled whether the application has killed it, as it did not end by itself
 */
public record HelperEnd(int status, String text, boolean isKilled) {

	/** What a shell says of a program that it cannot run. */
	private static final int CANNOT_RUN = 126;

	private static final int NOT_FOUND = 127;

	private static final int SIGNAL = 128;

	static HelperEnd unknown(String text) {
		return new HelperEnd(-1, text, false);
	}

	/**
	 * That of a helper in the application's own process.
	 * @param thrown what it has thrown
	 * @return how it has ended, as another process would have
	 */
	static HelperEnd inProcess(Throwable thrown) {
		boolean beanThrew = thrown instanceof InvocationTargetException;
		Throwable cause = (beanThrew && thrown.getCause() != null) ? thrown.getCause() : thrown;
		return new HelperEnd(beanThrew ? ExitStatus.SOFTWARE : -1, "in-process helper ended, " + cause, false);
	}

	static HelperEnd of(int status, boolean isKilled) {
		return new HelperEnd(status,
				(status > SIGNAL) ? "killed by signal " + (status - SIGNAL) : "exit code " + status, isKilled);
	}

	/**
	 * Whether the helper, or the program that was to start it, has decided not to run:
	 * the next one would decide likewise.
	 * @return whether it has; {@code false} where it has just failed
	 */
	public boolean isRefusal() {
		return this.status == ExitStatus.SOFTWARE || this.status == ExitStatus.CONFIG || this.status == CANNOT_RUN
				|| this.status == NOT_FOUND;
	}

}
