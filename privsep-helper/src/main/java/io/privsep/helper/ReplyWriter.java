package io.privsep.helper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way to the application: one whole frame after the other.
 */
final class ReplyWriter {

	private final SocketChannel connection;

	private final ReentrantLock lock = new ReentrantLock();

	/** When the frame that is being written was begun, or 0. */
	private volatile long begun;

	ReplyWriter(SocketChannel connection) {
		this.connection = connection;
	}

	void write(ByteBuffer frame) throws IOException {
		this.lock.lock();
		try {
			// never 0
			this.begun = System.nanoTime() | 1;
			while (frame.hasRemaining()) {
				this.connection.write(frame);
			}
		}
		finally {
			this.begun = 0;
			this.lock.unlock();
		}
	}

	/**
	 * How long the other end has not taken a frame. Nobody may be left there: a
	 * descriptor that is on its way through the connection itself keeps it open.
	 * @return how long, zero if no frame is being written
	 */
	Duration unfinishedFor() {
		long since = this.begun;
		return (since == 0) ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
	}

}
