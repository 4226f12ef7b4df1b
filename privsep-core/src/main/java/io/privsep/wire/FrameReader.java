package io.privsep.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

import org.jspecify.annotations.Nullable;

/**
 * Cuts frames out of what a channel delivers. What it has of an unfinished frame it
 * keeps, so that whoever reads next goes on from there. Not safe for use by several
 * threads.
 */
public final class FrameReader {

	private static final int BUFFER_SIZE = 1 << 16;

	private static final int MAX_READ = 1 << 18;

	private final ReadableByteChannel channel;

	private int maxLength;

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE).flip();

	private byte @Nullable [] frame;

	private int filled;

	/**
	 * Makes a reader.
	 * @param channel where the bytes come from
	 * @param maxLength the longest frame to accept, in bytes, without its length
	 */
	public FrameReader(ReadableByteChannel channel, int maxLength) {
		this.channel = channel;
		this.maxLength = maxLength;
	}

	/**
	 * Sets the longest frame to accept from the next one on.
	 * @param maxLength the longest frame, in bytes, without its length
	 */
	public void setMaxLength(int maxLength) {
		this.maxLength = maxLength;
	}

	/**
	 * The next frame.
	 * @return what is in it, or {@code null} if a channel that does not block has no more
	 * for now
	 * @throws EOFException at the end of the connection
	 * @throws IOException if the channel cannot be read
	 * @throws MalformedFrameException if a frame has an impossible length
	 */
	public @Nullable FrameBody next() throws IOException {
		while (true) {
			if (this.frame == null && this.buffer.remaining() >= FrameWriter.LENGTH_BYTES) {
				this.frame = new byte[checkLength(this.buffer.getInt())];
				this.filled = 0;
			}
			if (this.frame != null) {
				int available = Math.min(this.buffer.remaining(), this.frame.length - this.filled);
				this.buffer.get(this.frame, this.filled, available);
				this.filled += available;
				if (this.filled == this.frame.length) {
					FrameBody body = new FrameBody(ByteBuffer.wrap(this.frame));
					this.frame = null;
					return body;
				}
			}
			int count = read();
			if (count < 0) {
				throw new EOFException((this.frame != null || this.buffer.hasRemaining())
						? "The connection ended within a frame" : "The connection ended");
			}
			if (count == 0) {
				return null;
			}
		}
	}

	private int read() throws IOException {
		if (this.frame != null && this.frame.length - this.filled > BUFFER_SIZE) {
			int length = Math.min(this.frame.length - this.filled, MAX_READ);
			int count = this.channel.read(ByteBuffer.wrap(this.frame, this.filled, length));
			this.filled += Math.max(count, 0);
			return count;
		}
		this.buffer.compact();
		try {
			return this.channel.read(this.buffer);
		}
		finally {
			this.buffer.flip();
		}
	}

	private int checkLength(int length) {
		if (length < 1 || length > this.maxLength) {
			throw new MalformedFrameException(
					"A frame of " + length + " bytes where 1 to " + this.maxLength + " are allowed");
		}
		return length;
	}

}
