package io.privsep.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is in one received frame. Every length is checked before memory is taken for it.
 */
public final class FrameBody {

	/** The bits of eight bytes of which none is set in ASCII. */
	private static final long NOT_ASCII = 0x8080808080808080L;

	private final ByteBuffer bytes;

	private final List<byte[]> attachments;

	private int attachment;

	/**
	 * Makes a body without attachments.
	 * @param bytes the bytes, backed by an array
	 */
	public FrameBody(ByteBuffer bytes) {
		this(bytes, List.of());
	}

	/**
	 * Makes a body.
	 * @param bytes the bytes, backed by an array
	 * @param attachments the arrays that are attached to it
	 */
	FrameBody(ByteBuffer bytes, List<byte[]> attachments) {
		this.bytes = bytes;
		this.attachments = attachments;
	}

	/**
	 * A byte without a sign.
	 * @return 0 to 255
	 * @throws MalformedFrameException if the body ends before
	 */
	public int getByte() {
		return require(1).get() & 0xff;
	}

	/**
	 * A byte that is 0 or 1.
	 * @return whether it is 1
	 * @throws MalformedFrameException if it is another, or the body ends before
	 */
	public boolean getBoolean() {
		int value = getByte();
		if (value > 1) {
			throw new MalformedFrameException("A boolean is 0 or 1, not " + value);
		}
		return value == 1;
	}

	/**
	 * Two bytes, the higher one first.
	 * @return the number
	 * @throws MalformedFrameException if the body ends before
	 */
	public short getShort() {
		return require(Short.BYTES).getShort();
	}

	/**
	 * Four bytes, the highest one first.
	 * @return the number
	 * @throws MalformedFrameException if the body ends before
	 */
	public int getInt() {
		return require(Integer.BYTES).getInt();
	}

	/**
	 * Eight bytes, the highest one first.
	 * @return the number
	 * @throws MalformedFrameException if the body ends before
	 */
	public long getLong() {
		return require(Long.BYTES).getLong();
	}

	/**
	 * An array, which may be attached to the frame.
	 * @return the array
	 * @throws MalformedFrameException if the body ends before, or it is not attached
	 */
	public byte[] getBytes() {
		int length = getInt();
		if (length == Frame.ATTACHED) {
			if (this.attachment == this.attachments.size()) {
				throw new MalformedFrameException("An attachment of a frame is missing");
			}
			return this.attachments.get(this.attachment++);
		}
		byte[] value = new byte[checkLength(length)];
		this.bytes.get(value);
		return value;
	}

	/**
	 * Bytes that are never attached.
	 * @param maxLength the most bytes
	 * @return the bytes
	 */
	public byte[] getBytes(int maxLength) {
		byte[] value = new byte[checkLength(getCount(maxLength))];
		this.bytes.get(value);
		return value;
	}

	/**
	 * A text in UTF-8.
	 * @return the text
	 * @throws MalformedFrameException if it is not UTF-8, or the body ends before
	 */
	public String getString() {
		int length = checkLength(getInt());
		int start = this.bytes.position();
		if (isAscii(start, start + length)) {
			this.bytes.position(start + length);
			return new String(this.bytes.array(), this.bytes.arrayOffset() + start, length,
					StandardCharsets.ISO_8859_1);
		}
		try {
			return StandardCharsets.UTF_8.newDecoder()
				.onMalformedInput(CodingErrorAction.REPORT)
				.onUnmappableCharacter(CodingErrorAction.REPORT)
				.decode(slice(length))
				.toString();
		}
		catch (CharacterCodingException ex) {
			throw new MalformedFrameException("A text is not UTF-8", ex);
		}
	}

	private boolean isAscii(int from, int to) {
		int i = from;
		for (; i + Long.BYTES <= to; i += Long.BYTES) {
			if ((this.bytes.getLong(i) & NOT_ASCII) != 0) {
				return false;
			}
		}
		for (; i < to; i++) {
			if (this.bytes.get(i) < 0) {
				return false;
			}
		}
		return true;
	}

	/**
	 * A text that is shown or logged, and not a value: the peer may have made anything of
	 * it. It is cut, and whatever is not printed is escaped.
	 * @param maxLength the most characters
	 * @return the text, with three dots if it was cut
	 */
	String getText(int maxLength) {
		return LogLine.printable(getString(), maxLength);
	}

	@Nullable String getNullableText(int maxLength) {
		return getBoolean() ? getText(maxLength) : null;
	}

	/**
	 * The bytes that come next.
	 * @param length how many
	 * @return a view of them
	 */
	public ByteBuffer getSlice(long length) {
		return slice(checkLength(length));
	}

	/**
	 * How many bytes are left, without what is attached.
	 * @return a number of bytes
	 */
	public int remaining() {
		return this.bytes.remaining();
	}

	private ByteBuffer slice(int length) {
		ByteBuffer slice = this.bytes.slice(this.bytes.position(), length);
		this.bytes.position(this.bytes.position() + length);
		return slice;
	}

	/**
	 * A number of things that follow.
	 * @param max the most that there may be
	 * @return the number
	 */
	public int getCount(int max) {
		int count = getInt();
		if (count < 0 || count > max) {
			throw new MalformedFrameException("A count of " + count + " where " + max + " is the most");
		}
		return count;
	}

	/**
	 * Adds what is left of this body, with all that is attached to it, to a digest. What
	 * is left does not change by that.
	 * @param digest the digest
	 */
	public void addTo(MessageDigest digest) {
		digest.update(this.bytes.duplicate());
		for (byte[] attached : this.attachments.subList(this.attachment, this.attachments.size())) {
			digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(attached.length).flip());
			digest.update(attached);
		}
	}

	/**
	 * Checks that the frame ends here.
	 * @throws MalformedFrameException if bytes or attachments are left
	 */
	public void expectEnd() {
		if (this.attachment < this.attachments.size()) {
			throw new MalformedFrameException(
					(this.attachments.size() - this.attachment) + " attachments are left at the end of a frame");
		}
		if (this.bytes.hasRemaining()) {
			throw new MalformedFrameException(this.bytes.remaining() + " bytes are left at the end of a frame");
		}
	}

	private int checkLength(long length) {
		if (length < 0 || length > this.bytes.remaining()) {
			throw new MalformedFrameException(
					"A length of " + length + " with " + this.bytes.remaining() + " bytes left in the frame");
		}
		return (int) length;
	}

	private ByteBuffer require(int length) {
		if (this.bytes.remaining() < length) {
			throw new MalformedFrameException(
					"The frame ends " + (length - this.bytes.remaining()) + " bytes too early",
					new BufferUnderflowException());
		}
		return this.bytes;
	}

}
