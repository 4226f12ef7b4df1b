package io.privsep.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Cuts frames out of what a channel delivers. What it has of an unfinished frame it
 * keeps, so that whoever reads next goes on from there. Not safe for use by several
 * threads, but for {@link #unfinishedFor}.
 */
public final class FrameReader {

	private static final int BUFFER_SIZE = 1 << 16;

	private static final int MAX_READ = 1 << 18;

	private final ReadableByteChannel channel;

	private final LongSupplier nanoTime;

	private int maxLength;

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE).flip();

	private byte @Nullable [] frame;

	private int filled;

	// Zero if no frame is unfinished. Written only for a frame that takes more than one
	// read, so that short ones do not pay for it.
	private volatile long unfinishedSince;

	/**
	 * Makes a reader.
	 * @param channel where the bytes come from
	 * @param maxLength the longest frame to accept, in bytes, without its length
	 */
	public FrameReader(ReadableByteChannel channel, int maxLength) {
		this(channel, maxLength, System::nanoTime);
	}

	FrameReader(ReadableByteChannel channel, int maxLength, LongSupplier nanoTime) {
		this.channel = channel;
		this.maxLength = maxLength;
		this.nanoTime = nanoTime;
	}

	/**
	 * Sets the longest frame to accept from the next one on.
	 * @param maxLength the longest frame, in bytes, without its length
	 */
	public void setMaxLength(int maxLength) {
		this.maxLength = maxLength;
	}

	/**
	 * How long {@link #next} has waited for the rest of a frame that has begun. A channel
	 * that blocks has no timeout; with this another thread can tell a peer that stopped
	 * within a frame from one that has nothing to say. May be called by any thread.
	 * @return the time, zero if no frame has begun
	 */
	public Duration unfinishedFor() {
		long since = this.unfinishedSince;
		return (since != 0) ? Duration.ofNanos(Math.max(0, this.nanoTime.getAsLong() - since)) : Duration.ZERO;
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
					if (this.unfinishedSince != 0) {
						this.unfinishedSince = 0;
					}
					return body;
				}
			}
			if (this.unfinishedSince == 0 && (this.frame != null || this.buffer.hasRemaining())) {
				this.unfinishedSince = this.nanoTime.getAsLong() | 1;
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
