package io.privsep.wire;

/**
 * What both sides know of the protocol before the first byte.
 */
public final class Protocol {

	/** Version of the protocol; both sides come from one build, so there is just one. */
	public static final int VERSION = 1;

	/** Bytes that a frame may have beyond the values in it. */
	public static final int OVERHEAD = 64;

	private Protocol() {
	}

	/**
	 * The longest frame for a size of messages.
	 * @param maxMessageSize the configured size, in bytes
	 * @return the longest frame, in bytes
	 */
	public static int maxFrameLength(int maxMessageSize) {
		return Math.addExact(maxMessageSize, OVERHEAD);
	}

}
