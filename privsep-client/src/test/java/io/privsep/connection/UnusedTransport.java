package io.privsep.connection;

import java.nio.ByteBuffer;

/**
 * A transport that is open, and of which a test says what else it does.
 */
public abstract class UnusedTransport implements Transport {

	@Override
	public int read(ByteBuffer buffer) {
		throw new UnsupportedOperationException();
	}

	@Override
	public int write(ByteBuffer buffer) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void awaitReadable(boolean orToWrite, long nanos) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void awaitWritable(long nanos) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void wakeReader() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void wakeWriter() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void shutdownOutput() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean isOpen() {
		return true;
	}

	@Override
	public void close() {
		throw new UnsupportedOperationException();
	}

	@Override
	public long visit() {
		return 0;
	}

	@Override
	public void interrupt(long visit) {
		throw new UnsupportedOperationException();
	}

}
