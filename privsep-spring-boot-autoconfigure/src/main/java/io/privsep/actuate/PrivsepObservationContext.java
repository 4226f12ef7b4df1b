package io.privsep.actuate;

import io.micrometer.observation.Observation;

import io.privsep.function.PrivilegedFunction;

/**
 * What is known of a call while it is observed.
 */
public final class PrivsepObservationContext extends Observation.Context {

	private final String privsepContext;

	private final PrivilegedFunction function;

	private volatile String outcome = "UNKNOWN";

	PrivsepObservationContext(String privsepContext, PrivilegedFunction function) {
		this.privsepContext = privsepContext;
		this.function = function;
	}

	/**
	 * Name of the context that the function runs in.
	 * @return the name
	 */
	public String privsepContext() {
		return this.privsepContext;
	}

	/**
	 * Name of the function.
	 * @return the name, such as {@code Motd.update}
	 */
	public String function() {
		return this.function.name();
	}

	/**
	 * How the call has ended.
	 * @return {@code SUCCESS}, {@code ERROR}, {@code TIMEOUT}, {@code UNAVAILABLE} or
	 * {@code REJECTED}; {@code UNKNOWN} while it has not
	 */
	public String outcome() {
		return this.outcome;
	}

	void end(String outcome) {
		this.outcome = outcome;
	}

}
