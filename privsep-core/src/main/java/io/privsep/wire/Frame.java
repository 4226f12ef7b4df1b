package io.privsep.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Bytes with a length, ready to be sent: a message, and before it the arrays that are
 * attached to it.
 * <p>
 * A large array is not copied into its message. It goes before it in a separate frame:
 * the reader can take it straight into the array that the value will be.
 */
public final class Frame {

	/** What such a frame has where a message has its type. No message has this type. */
	static final int ATTACHMENT = 0x7f;

	/** What a message has in place of the length of an attached array. */
	static final int ATTACHED = -1;

	/**
	 * The smallest array that is attached, in bytes. A smaller one costs less as a part
	 * of its message; and who sends many small ones could have more memory taken for them
	 * than they have bytes.
	 */
	static final int MIN_ATTACHMENT = 1 << 15;

	private static final int HEADER = FrameWriter.LENGTH_BYTES + 1;

	private final List<byte[]> attachments;

	private final ByteBuffer message;

	private int attachment;

	/** Of the current attachment, with its header. */
	private int copied;

	/**
	 * Makes a frame.
	 * @param attachments the arrays, in the order in which they are read; they must not
	 * change until the frame is sent
	 * @param message the message with its length
	 */
	Frame(List<byte[]> attachments, ByteBuffer message) {
		this.attachments = attachments;
		this.message = message;
	}

	/**
	 * Makes a frame without attachments.
	 * @param message the message with its length
	 * @return the frame
	 */
	public static Frame of(ByteBuffer message) {
		return new Frame(List.of(), message);
	}

	/**
	 * How much of it is left to be copied.
	 * @return a number of bytes
	 */
	public long remaining() {
		long remaining = this.message.remaining() - this.copied;
		for (int i = this.attachment; i < this.attachments.size(); i++) {
			remaining += HEADER + this.attachments.get(i).length;
		}
		return remaining;
	}

	/**
	 * Whether a part of it is still to be sent.
	 * @return whether one is
	 */
	public boolean hasRemaining() {
		return this.message.hasRemaining();
	}

	/**
	 * Copies what is left, as far as there is room.
	 * @param target where to; there may be a little room left in it
	 */
	void copyTo(ByteBuffer target) {
		while (this.attachment < this.attachments.size()) {
			byte[] array = this.attachments.get(this.attachment);
			if (this.copied == 0) {
				if (target.remaining() < HEADER) {
					return;
				}
				target.putInt(1 + array.length).put((byte) ATTACHMENT);
				this.copied = HEADER;
			}
			int count = Math.min(target.remaining(), HEADER + array.length - this.copied);
			target.put(array, this.copied - HEADER, count);
			this.copied += count;
			if (this.copied < HEADER + array.length) {
				return;
			}
			this.copied = 0;
			this.attachment++;
		}
		int count = Math.min(target.remaining(), this.message.remaining());
		int end = this.message.limit();
		target.put(this.message.limit(this.message.position() + count));
		this.message.limit(end);
	}

	/**
	 * All that is left, in one piece.
	 * @return a copy
	 */
	public ByteBuffer toBytes() {
		ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(remaining()));
		copyTo(bytes);
		return bytes.flip();
	}

}
