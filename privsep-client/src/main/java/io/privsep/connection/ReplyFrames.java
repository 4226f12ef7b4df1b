package io.privsep.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameReader;

/**
 * The frames that a helper sends, for the leader.
 * <p>
 * With each part of a frame a helper may send a descriptor that takes a second to close,
 * and a frame may have as many parts as bytes. So the thread that reads comes back before
 * its end, and looks at the time.
 */
final class ReplyFrames implements ReadableByteChannel {

	/** After so long, a thread does not read another part. */
	private static final Duration VISIT = Duration.ofMillis(20);

	private final Transport transport;

	private final LongSupplier clock;

	private final FrameReader reader;

	private long visitEnd;

	private boolean hasRead;

	/**
	 * Makes them.
	 * @param transport carries the bytes
	 * @param maxLength the longest frame to accept, in bytes
	 * @param clock as {@link System#nanoTime}
	 */
	ReplyFrames(Transport transport, int maxLength, LongSupplier clock) {
		this.transport = transport;
		this.clock = clock;
		this.reader = new FrameReader(this, maxLength);
	}

	void setMaxLength(int maxLength) {
		this.reader.setMaxLength(maxLength);
	}

	/**
	 * The next frame.
	 * @return what is in it, or {@code null} if it has not all come yet, or has taken too
	 * long to read for now
	 * @throws IOException if the connection ends, or a frame is malformed
	 */
	@Nullable FrameBody next() throws IOException {
		this.hasRead = false;
		return this.reader.next();
	}

	boolean hasNext() {
		return this.reader.hasNext();
	}

	/**
	 * Reads a part.
	 * @param buffer where to
	 * @return how many bytes; 0 also at the end of the visit
	 */
	@Override
	public int read(ByteBuffer buffer) throws IOException {
		if (!this.hasRead) {
			this.hasRead = true;
			this.visitEnd = this.clock.getAsLong() + VISIT.toNanos();
		}
		else if (this.clock.getAsLong() - this.visitEnd > 0) {
			return 0;
		}
		return this.transport.read(buffer);
	}

	@Override
	public boolean isOpen() {
		return this.transport.isOpen();
	}

	@Override
	public void close() {
		this.transport.close();
	}

}
