package io.privsep.functions;

import java.util.List;
import java.util.Set;

/**
 * Functions that could not be run as they are meant to be.
 */
public final class InvalidFunctionsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<String> problems;

	private final transient Set<String> missingContexts;

	private final transient Set<String> unusedContexts;

	/**
	 * Makes one.
	 * @param problems what is wrong, each a sentence without a full stop
	 */
	public InvalidFunctionsException(List<String> problems) {
		this(problems, Set.of(), Set.of());
	}

	/**
	 * Makes an exception.
	 * @param problems everything that was found, as sentences
	 * @param missingContexts names of contexts that have functions, and no configuration
	 * @param unusedContexts names of contexts that are configured, and have no functions
	 */
	public InvalidFunctionsException(List<String> problems, Set<String> missingContexts, Set<String> unusedContexts) {
		super(String.join("; ", problems));
		this.problems = List.copyOf(problems);
		this.missingContexts = Set.copyOf(missingContexts);
		this.unusedContexts = Set.copyOf(unusedContexts);
	}

	/**
	 * Everything that was found, as sentences.
	 * @return the problems
	 */
	public List<String> problems() {
		return this.problems;
	}

	/**
	 * The contexts that have functions, and no configuration.
	 * @return their names
	 */
	public Set<String> missingContexts() {
		return this.missingContexts;
	}

	/**
	 * The contexts that are configured, and have no functions.
	 * @return their names
	 */
	public Set<String> unusedContexts() {
		return this.unusedContexts;
	}

}
