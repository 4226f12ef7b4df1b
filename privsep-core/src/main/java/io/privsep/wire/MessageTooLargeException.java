package io.privsep.wire;

/**
 * A message would be larger than {@code max-message-size}; nothing of it was sent.
 */
public final class MessageTooLargeException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	// The length and the limit of a frame: the numbers are those of what was configured.
	MessageTooLargeException(long length, int maxLength) {
		super("A message of at least " + (length - Protocol.OVERHEAD) + " bytes exceeds 'max-message-size' of "
				+ (maxLength - Protocol.OVERHEAD) + " bytes");
	}

}
