package io.privsep.advice;

import java.util.List;

/**
 * Functions that could not be run as they are meant to be.
 */
public final class InvalidFunctionsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<String> problems;

	InvalidFunctionsException(List<String> problems) {
		super(String.join("; ", problems));
		this.problems = List.copyOf(problems);
	}

	/**
	 * Everything that was found, as sentences.
	 * @return the problems
	 */
	public List<String> problems() {
		return this.problems;
	}

}
