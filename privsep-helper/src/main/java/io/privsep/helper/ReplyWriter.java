package io.privsep.helper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way to the application: one whole frame after the other.
 */
final class ReplyWriter {

	private final SocketChannel connection;

	private final ReentrantLock lock = new ReentrantLock();

	ReplyWriter(SocketChannel connection) {
		this.connection = connection;
	}

	void write(ByteBuffer frame) throws IOException {
		this.lock.lock();
		try {
			while (frame.hasRemaining()) {
				this.connection.write(frame);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
