package io.privsep.helper.check;

import java.util.List;

/**
 * The helper does not serve: something is not as it has to be.
 */
public final class RefusalException extends Exception {

	private static final long serialVersionUID = 1L;

	private final transient List<String> sentences;

	/**
	 * Makes one.
	 * @param sentences why the helper refuses to serve, each without a full stop
	 */
	public RefusalException(List<String> sentences) {
		super(String.join("; ", sentences));
		this.sentences = sentences;
	}

	/**
	 * Makes one.
	 * @param sentence why the helper refuses to serve, without a full stop
	 */
	public RefusalException(String sentence) {
		this(List.of(sentence));
	}

	/**
	 * Why the helper refuses to serve.
	 * @return sentences
	 */
	public List<String> sentences() {
		return this.sentences;
	}

}
