package io.privsep.wire;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Puts one frame after the other together in memory. Not safe for use by several threads.
 */
public final class FrameWriter {

	/** Bytes of a frame's length. */
	static final int LENGTH_BYTES = Integer.BYTES;

	private static final int INITIAL_SIZE = 512;

	private static final int KEPT_SIZE = 1 << 16;

	private final int maxLength;

	private final OutputStream outputStream = new FrameOutputStream();

	private ByteBuffer buffer;

	/**
	 * Makes a writer.
	 * @param maxLength the longest frame, in bytes, without its length
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
		return putByte(type);
	}

	/**
	 * Ends the frame.
	 * @return the whole frame with its length, good until the next frame is begun
	 */
	ByteBuffer end() {
		this.buffer.putInt(0, this.buffer.position() - LENGTH_BYTES);
		return this.buffer.flip();
	}

	public FrameWriter putByte(int value) {
		ensure(1).put((byte) value);
		return this;
	}

	public FrameWriter putBoolean(boolean value) {
		return putByte(value ? 1 : 0);
	}

	public FrameWriter putShort(short value) {
		ensure(Short.BYTES).putShort(value);
		return this;
	}

	public FrameWriter putInt(int value) {
		ensure(Integer.BYTES).putInt(value);
		return this;
	}

	public FrameWriter putLong(long value) {
		ensure(Long.BYTES).putLong(value);
		return this;
	}

	public FrameWriter putBytes(byte[] bytes) {
		putInt(bytes.length);
		ensure(bytes.length).put(bytes);
		return this;
	}

	/**
	 * Puts a text as UTF-8.
	 * @param text the text
	 * @return this
	 * @throws IllegalArgumentException if the text has an unpaired surrogate
	 */
	public FrameWriter putString(String text) {
		try {
			ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder()
				.onMalformedInput(CodingErrorAction.REPORT)
				.onUnmappableCharacter(CodingErrorAction.REPORT)
				.encode(CharBuffer.wrap(text));
			putInt(bytes.remaining());
			ensure(bytes.remaining()).put(bytes);
			return this;
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("A text with an unpaired surrogate cannot be written", ex);
		}
	}

	public FrameWriter putNullableString(@Nullable String text) {
		putBoolean(text != null);
		return (text != null) ? putString(text) : this;
	}

	/**
	 * Leaves room for the length of what follows.
	 * @return where it is, for {@link #endLength}
	 */
	public int beginLength() {
		int start = this.buffer.position();
		putInt(0);
		return start;
	}

	public void endLength(int start) {
		this.buffer.putInt(start, this.buffer.position() - start - LENGTH_BYTES);
	}

	/**
	 * What was put since a length.
	 * @param start where the length is, from {@link #beginLength}
	 * @return a view of it
	 */
	public ByteBuffer written(int start) {
		int from = start + LENGTH_BYTES;
		return this.buffer.slice(from, this.buffer.position() - from);
	}

	/**
	 * What was put so far, where it is not a frame that is wanted.
	 * @return a copy
	 */
	public ByteBuffer toBytes() {
		return ByteBuffer.wrap(Arrays.copyOf(this.buffer.array(), this.buffer.position()));
	}

	public OutputStream asOutputStream() {
		return this.outputStream;
	}

	private ByteBuffer newBuffer() {
		return ByteBuffer.allocate((int) Math.min(INITIAL_SIZE, (long) this.maxLength + LENGTH_BYTES));
	}

	private ByteBuffer ensure(int bytes) {
		if (this.buffer.remaining() < bytes) {
			long needed = (long) this.buffer.position() + bytes;
			if (needed > (long) this.maxLength + LENGTH_BYTES) {
				throw new MessageTooLargeException(needed - LENGTH_BYTES, this.maxLength);
			}
			long size = Math.min(Math.max(needed, 2L * this.buffer.capacity()), (long) this.maxLength + LENGTH_BYTES);
			byte[] larger = Arrays.copyOf(this.buffer.array(), (int) size);
			this.buffer = ByteBuffer.wrap(larger).position(this.buffer.position());
		}
		return this.buffer;
	}

	/**
	 * The frame as a stream, for writers that need one.
	 */
	private final class FrameOutputStream extends OutputStream {

		@Override
		public void write(int value) {
			putByte(value);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) {
			ensure(length).put(bytes, offset, length);
		}

	}

}
