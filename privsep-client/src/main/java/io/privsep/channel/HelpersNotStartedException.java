package io.privsep.channel;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Some contexts have no helper after the start.
 */
public final class HelpersNotStartedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<HelperStartException> failures;

	HelpersNotStartedException(List<HelperStartException> failures) {
		super(failures.stream()
			.map((failure) -> "Context '" + failure.context() + "': " + failure.getMessage())
			.collect(Collectors.joining("; ")), failures.get(0));
		this.failures = failures;
	}

	/**
	 * What happened, for each context that has no helper.
	 * @return the failures
	 */
	public List<HelperStartException> failures() {
		return this.failures;
	}

}
