package io.privsep.helper.check;

import java.util.List;

/**
 * The helper does not serve: something is not as it has to be.
 */
public final class RefusalException extends Exception {

	private static final long serialVersionUID = 1L;

	private final transient List<String> sentences;

	public RefusalException(List<String> sentences) {
		super(String.join("; ", sentences));
		this.sentences = sentences;
	}

	public RefusalException(String sentence) {
		this(List.of(sentence));
	}

	public List<String> sentences() {
		return this.sentences;
	}

}
