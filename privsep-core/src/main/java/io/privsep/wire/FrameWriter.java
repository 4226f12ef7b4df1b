package io.privsep.wire;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Puts one frame after the other together in memory. Not safe for use by several threads.
 */
public final class FrameWriter {

	/** Bytes of a frame's length. */
	static final int LENGTH_BYTES = Integer.BYTES;

	private static final int INITIAL_SIZE = 256;

	private static final int KEPT_SIZE = 1 << 16;

	/** The longest text for which a loop is the fastest way, in characters. */
	private static final int SHORT_TEXT = 256;

	private final int maxLength;

	private ByteBuffer buffer;

	private List<byte[]> attachments = List.of();

	/** Bytes of the attachments, with their types. */
	private int attached;

	/**
	 * Whether it is a frame that is being put together, to which arrays can be attached.
	 */
	private boolean isFrame;

	/**
	 * Makes a writer.
	 * @param maxLength the longest frame with all that is attached to it, in bytes,
	 * without lengths
	 */
	public FrameWriter(int maxLength) {
		this.maxLength = maxLength;
		this.buffer = newBuffer();
	}

	FrameWriter begin(int type) {
		if (this.buffer.capacity() > KEPT_SIZE) {
			this.buffer = newBuffer();
		}
		this.buffer.clear();
		this.buffer.position(LENGTH_BYTES);
		this.attachments = List.of();
		this.attached = 0;
		this.isFrame = true;
		return putByte(type);
	}

	/**
	 * Ends the frame.
	 * @return the whole frame, good until the next frame is begun
	 */
	Frame end() {
		this.buffer.putInt(0, this.buffer.position() - LENGTH_BYTES);
		Frame frame = new Frame(this.attachments, this.buffer.flip());
		// they may be large, and the next frame may be long in coming
		this.attachments = List.of();
		return frame;
	}

	/**
	 * Puts a byte.
	 * @param value its lower eight bits count
	 * @return this
	 * @throws MessageTooLargeException if the frame would be too long
	 */
	public FrameWriter putByte(int value) {
		ensure(1).put((byte) value);
		return this;
	}

	/**
	 * Puts a byte that is 0 or 1.
	 * @param value whether it is 1
	 * @return this
	 * @throws MessageTooLargeException if the frame would be too long
	 */
	public FrameWriter putBoolean(boolean value) {
		return putByte(value ? 1 : 0);
	}

	/**
	 * Puts two bytes, the higher one first.
	 * @param value the number
	 * @return this
	 * @throws MessageTooLargeException if the frame would be too long
	 */
	public FrameWriter putShort(short value) {
		ensure(Short.BYTES).putShort(value);
		return this;
	}

	/**
	 * Puts four bytes, the highest one first.
	 * @param value the number
	 * @return this
	 * @throws MessageTooLargeException if the frame would be too long
	 */
	public FrameWriter putInt(int value) {
		ensure(Integer.BYTES).putInt(value);
		return this;
	}

	/**
	 * Puts eight bytes, the highest one first.
	 * @param value the number
	 * @return this
	 * @throws MessageTooLargeException if the frame would be too long
	 */
	public FrameWriter putLong(long value) {
		ensure(Long.BYTES).putLong(value);
		return this;
	}

	/**
	 * Puts an array. A large one is attached to the frame, and must not change until that
	 * is sent.
	 * @param bytes the array
	 * @return this
	 * @throws MessageTooLargeException if the frame would be too long
	 */
	public FrameWriter putBytes(byte[] bytes) {
		if (!this.isFrame || bytes.length < Frame.MIN_ATTACHMENT) {
			putInt(bytes.length);
			ensure(bytes.length).put(bytes);
			return this;
		}
		putInt(Frame.ATTACHED);
		requireRoom(this.buffer.position() + 1L + bytes.length);
		if (this.attachments.isEmpty()) {
			this.attachments = new ArrayList<>();
		}
		this.attachments.add(bytes);
		this.attached += 1 + bytes.length;
		return this;
	}

	/**
	 * Puts a text as UTF-8.
	 * @param text the text
	 * @return this
	 * @throws IllegalArgumentException if the text has an unpaired surrogate
	 * @throws MessageTooLargeException if the frame would be too long
	 */
	public FrameWriter putString(String text) {
		if (text.length() <= SHORT_TEXT && putAscii(text)) {
			return this;
		}
		try {
			ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder()
				.onMalformedInput(CodingErrorAction.REPORT)
				.onUnmappableCharacter(CodingErrorAction.REPORT)
				// of an array, for which the encoder is faster than for a string
				.encode(CharBuffer.wrap(text.toCharArray()));
			putInt(bytes.remaining());
			ensure(bytes.remaining()).put(bytes);
			return this;
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("A text with an unpaired surrogate cannot be written", ex);
		}
	}

	private boolean putAscii(String text) {
		int length = text.length();
		ByteBuffer target = ensure(LENGTH_BYTES + length);
		int start = target.position();
		target.putInt(length);
		for (int i = 0; i < length; i++) {
			char character = text.charAt(i);
			if (character > 0x7f) {
				target.position(start);
				return false;
			}
			target.put((byte) character);
		}
		return true;
	}

	/**
	 * Puts whether there is a text, and the text as UTF-8.
	 * @param text the text
	 * @return this
	 * @throws IllegalArgumentException if the text has an unpaired surrogate
	 * @throws MessageTooLargeException if the frame would be too long
	 */
	public FrameWriter putNullableString(@Nullable String text) {
		putBoolean(text != null);
		return (text != null) ? putString(text) : this;
	}

	/**
	 * Leaves room for what the caller puts there itself.
	 * @param length how much, in bytes
	 * @return the room
	 * @throws MessageTooLargeException if the frame would be too long
	 */
	public ByteBuffer room(long length) {
		requireRoom(this.buffer.position() + length);
		ByteBuffer target = ensure((int) length);
		ByteBuffer room = target.slice(target.position(), (int) length);
		target.position(target.position() + (int) length);
		return room;
	}

	/**
	 * What was put so far, where it is not a frame that is wanted.
	 * @return a copy
	 */
	public ByteBuffer toBytes() {
		return ByteBuffer.wrap(Arrays.copyOf(this.buffer.array(), this.buffer.position()));
	}

	private ByteBuffer newBuffer() {
		return ByteBuffer.allocate((int) Math.min(INITIAL_SIZE, (long) this.maxLength + LENGTH_BYTES));
	}

	private ByteBuffer ensure(int bytes) {
		if (this.buffer.remaining() < bytes) {
			long needed = requireRoom((long) this.buffer.position() + bytes);
			long size = Math.min(Math.max(needed, 2L * this.buffer.capacity()), (long) this.maxLength + LENGTH_BYTES);
			byte[] larger = Arrays.copyOf(this.buffer.array(), (int) size);
			this.buffer = ByteBuffer.wrap(larger).position(this.buffer.position());
		}
		else if (this.attached > 0) {
			requireRoom((long) this.buffer.position() + bytes);
		}
		return this.buffer;
	}

	private long requireRoom(long needed) {
		long length = needed - LENGTH_BYTES + this.attached;
		if (length > this.maxLength) {
			throw new MessageTooLargeException(length, this.maxLength);
		}
		return needed;
	}

}
