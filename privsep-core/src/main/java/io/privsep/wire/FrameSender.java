package io.privsep.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Sends frames to a channel, by way of one buffer outside of the heap: frames that are
 * there together go with one write. Not safe for use by several threads.
 */
public final class FrameSender {

	private final WritableByteChannel channel;

	/** From its position to its limit is what was taken and is not sent yet. */
	private ByteBuffer buffer = ByteBuffer.allocateDirect(FrameReader.BUFFER_SIZE).flip();

	/**
	 * Makes a sender.
	 * @param channel where the bytes go
	 */
	public FrameSender(WritableByteChannel channel) {
		this.channel = channel;
	}

	/**
	 * Takes a frame, to be sent together with those that are taken already.
	 * @param frame the frame
	 * @return whether there was room for all of it; if not, nothing of it was taken
	 */
	public boolean add(Frame frame) {
		if (frame.remaining() > this.buffer.capacity() - this.buffer.limit()) {
			return false;
		}
		fill(frame);
		return true;
	}

	/**
	 * Sends a frame, and before it what was taken already.
	 * @param frame the frame
	 * @return whether all was sent; if not, a channel that does not block takes no more
	 * for now, and this is to be called again with the same frame
	 * @throws IOException if the channel cannot be written
	 */
	public boolean send(Frame frame) throws IOException {
		do {
			if (frame.remaining() > this.buffer.capacity() && this.buffer.capacity() < FrameReader.LARGE_BUFFER_SIZE
					&& !this.buffer.hasRemaining()) {
				this.buffer = ByteBuffer.allocateDirect(FrameReader.LARGE_BUFFER_SIZE).flip();
			}
			fill(frame);
			if (!flush()) {
				return false;
			}
		}
		while (frame.hasRemaining());
		return true;
	}

	/**
	 * Sends what was taken.
	 * @return whether all was sent; if not, a channel that does not block takes no more
	 * for now
	 * @throws IOException if the channel cannot be written
	 */
	public boolean flush() throws IOException {
		while (this.buffer.hasRemaining()) {
			if (this.channel.write(this.buffer) == 0) {
				return false;
			}
		}
		this.buffer.position(0).limit(0);
		return true;
	}

	/**
	 * How much was taken and is not sent yet.
	 * @return a number of bytes
	 */
	public int remaining() {
		return this.buffer.remaining();
	}

	/**
	 * Gives the frame up that was taken last, of which nothing was sent yet.
	 * @param bytes how much of it was taken
	 */
	public void withdraw(int bytes) {
		this.buffer.limit(this.buffer.limit() - bytes);
	}

	private void fill(Frame frame) {
		int start = this.buffer.position();
		this.buffer.position(this.buffer.limit()).limit(this.buffer.capacity());
		frame.copyTo(this.buffer);
		this.buffer.limit(this.buffer.position()).position(start);
	}

}
