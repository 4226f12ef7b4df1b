package io.privsep.helper;

import java.util.List;

/**
 * The helper does not serve: something is not as it has to be.
 */
final class RefusalException extends Exception {

	private static final long serialVersionUID = 1L;

	private final transient List<String> sentences;

	RefusalException(List<String> sentences) {
		super(String.join("; ", sentences));
		this.sentences = sentences;
	}

	RefusalException(String sentence) {
		this(List.of(sentence));
	}

	List<String> sentences() {
		return this.sentences;
	}

}
