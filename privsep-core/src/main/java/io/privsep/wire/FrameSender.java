package io.privsep.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;

/**
 * Sends frames to a channel, through one buffer outside of the heap: frames that are
 * there together go with one write. Not safe for use by several threads.
 */
public final class FrameSender {

	private final WritableByteChannel channel;

	/** From its position to its limit is what was taken and is not sent yet. */
	private ByteBuffer buffer = ByteBuffer.allocateDirect(FrameReader.BUFFER_SIZE).flip();

	/** How many bytes were taken. */
	private long taken;

	/** How many of these may have been sent; no fewer, also while they are. */
	private volatile long maybeSent;

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
			if (write() == 0) {
				return false;
			}
		}
		this.buffer.position(0).limit(0);
		return true;
	}

	private int write() throws IOException {
		this.maybeSent = this.taken;
		try {
			int count = this.channel.write(this.buffer);
			this.maybeSent = this.taken - this.buffer.remaining();
			return count;
		}
		catch (ClosedChannelException ex) {
			// another thread has closed it, perhaps while some was being sent
			throw ex;
		}
		catch (IOException ex) {
			this.maybeSent = this.taken - this.buffer.remaining();
			throw ex;
		}
	}

	/**
	 * How much was taken and is not sent yet.
	 * @return a number of bytes
	 */
	public int remaining() {
		return this.buffer.remaining();
	}

	/**
	 * How much was taken until now.
	 * @return a number of bytes since the beginning
	 */
	public long taken() {
		return this.taken;
	}

	/**
	 * How much of what was taken may have been sent. May be called by any thread.
	 * @return a number of bytes since the beginning; what was taken beyond it was
	 * certainly not sent
	 */
	public long maybeSent() {
		return this.maybeSent;
	}

	/**
	 * Gives the frame up that was taken last, of which nothing was sent yet.
	 * @param bytes how much of it was taken
	 */
	public void withdraw(int bytes) {
		this.buffer.limit(this.buffer.limit() - bytes);
		this.taken -= bytes;
	}

	private void fill(Frame frame) {
		int start = this.buffer.position();
		int end = this.buffer.limit();
		this.buffer.position(this.buffer.limit()).limit(this.buffer.capacity());
		frame.copyTo(this.buffer);
		this.taken += this.buffer.position() - end;
		this.buffer.limit(this.buffer.position()).position(start);
	}

}
