package io.privsep.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Cuts frames out of what a channel delivers. It keeps what it has of an unfinished
 * frame, and the next read goes on from there. Not safe for use by several threads, but
 * for {@link #unfinishedFor}.
 */
public final class FrameReader {

	/** For most messages. */
	static final int BUFFER_SIZE = 1 << 14;

	/**
	 * For large frames: fewer system calls and switches than with 64 KiB, and still in
	 * the cache of a processor.
	 */
	static final int LARGE_BUFFER_SIZE = 1 << 18;

	private final ReadableByteChannel channel;

	private final LongSupplier nanoTime;

	private int maxLength;

	private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE).flip();

	private List<byte[]> attachments = List.of();

	/** Bytes of the attachments, with their types. */
	private int attached;

	/** What is being filled: a message, or an attachment. */
	private byte @Nullable [] frame;

	private boolean isAttachment;

	private int filled;

	// Zero if no frame is unfinished. Written only for a frame that takes more than one
	// read, so that short ones do not pay for it.
	private volatile long unfinishedSince;

	/**
	 * Makes a reader.
	 * @param channel where the bytes come from
	 * @param maxLength the longest frame to accept with all that is attached to it, in
	 * bytes, without lengths
	 */
	public FrameReader(ReadableByteChannel channel, int maxLength) {
		this(channel, maxLength, new Clock());
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
			FrameBody body = nextOfBuffer();
			if (body != null) {
				if (this.unfinishedSince != 0) {
					this.unfinishedSince = 0;
				}
				return body;
			}
			if (this.unfinishedSince == 0 && hasBegun()) {
				this.unfinishedSince = this.nanoTime.getAsLong() | 1;
			}
			int count = read();
			if (count < 0) {
				throw new EOFException(hasBegun() ? "The connection ended within a frame" : "The connection ended");
			}
			if (count == 0) {
				return null;
			}
		}
	}

	/**
	 * Whether the next frame is there already, and {@link #next} will not have to wait
	 * for it. One with attachments is never said to be.
	 * @return whether all of it was read
	 */
	public boolean hasNext() {
		int start = this.buffer.position();
		return this.frame == null && this.attachments.isEmpty() && this.buffer.remaining() > FrameWriter.LENGTH_BYTES
				&& this.buffer.remaining() - FrameWriter.LENGTH_BYTES >= this.buffer.getInt(start)
				&& this.buffer.get(start + FrameWriter.LENGTH_BYTES) != Frame.ATTACHMENT;
	}

	private boolean hasBegun() {
		return this.frame != null || !this.attachments.isEmpty() || this.buffer.hasRemaining();
	}

	private @Nullable FrameBody nextOfBuffer() {
		while (this.frame != null || begin()) {
			byte[] target = Objects.requireNonNull(this.frame);
			int available = Math.min(this.buffer.remaining(), target.length - this.filled);
			this.buffer.get(target, this.filled, available);
			this.filled += available;
			if (this.filled < target.length) {
				return null;
			}
			this.frame = null;
			if (!this.isAttachment) {
				FrameBody body = new FrameBody(ByteBuffer.wrap(target), this.attachments);
				if (this.attached > 0) {
					this.attachments = List.of();
					this.attached = 0;
				}
				return body;
			}
			if (this.attachments.isEmpty()) {
				this.attachments = new ArrayList<>();
			}
			this.attachments.add(target);
			this.attached += 1 + target.length;
		}
		return null;
	}

	private boolean begin() {
		if (this.buffer.remaining() < FrameWriter.LENGTH_BYTES) {
			return false;
		}
		int length = checkLength(this.buffer.getInt(this.buffer.position()));
		if (this.buffer.remaining() == FrameWriter.LENGTH_BYTES) {
			return false;
		}
		boolean attachment = this.buffer.get(this.buffer.position() + FrameWriter.LENGTH_BYTES) == Frame.ATTACHMENT;
		if (attachment) {
			length--;
			// each takes more memory than its bytes: no number of tiny ones
			if (length < Frame.MIN_ATTACHMENT) {
				throw new MalformedFrameException(
						"An attachment of " + length + " bytes where " + Frame.MIN_ATTACHMENT + " is the least");
			}
		}
		// where there is no memory for it, the next bytes must not be taken for a length
		this.frame = new byte[length];
		this.filled = 0;
		this.isAttachment = attachment;
		this.buffer.position(this.buffer.position() + FrameWriter.LENGTH_BYTES + (attachment ? 1 : 0));
		return true;
	}

	private int read() throws IOException {
		if (this.frame != null && this.frame.length - this.filled > BUFFER_SIZE
				&& this.buffer.capacity() < LARGE_BUFFER_SIZE) {
			// all of the old one is in the frame by now
			this.buffer = ByteBuffer.allocateDirect(LARGE_BUFFER_SIZE).flip();
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
		int max = this.maxLength - this.attached;
		if (length < 1 || length > max) {
			throw new MalformedFrameException("A frame of " + length + " bytes where 1 to " + max + " are allowed");
		}
		return length;
	}

	/** No lambda, for which a helper would load more classes. */
	private static final class Clock implements LongSupplier {

		@Override
		public long getAsLong() {
			return System.nanoTime();
		}

	}

}
