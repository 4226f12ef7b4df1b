package io.privsep.connection;

import java.io.IOException;
import java.nio.channels.ByteChannel;

/**
 * What carries the bytes of a {@link Connection}. Reading and writing never wait; who
 * waits can be woken. One thread at a time reads, and one writes.
 */
public interface Transport extends ByteChannel {

	/**
	 * Waits for something to read.
	 * @param orToWrite whether it is enough that something can be written
	 * @param nanos how long, in nanoseconds
	 * @throws IOException if the transport does not work
	 */
	void awaitReadable(boolean orToWrite, long nanos) throws IOException;

	/**
	 * Waits until something can be written.
	 * @param nanos how long, in nanoseconds
	 * @throws IOException if the transport does not work
	 */
	void awaitWritable(long nanos) throws IOException;

	/** Wakes the thread that waits for something to read, or the next one that would. */
	void wakeReader();

	/** Wakes the thread that waits to write, or the next one that would. */
	void wakeWriter();

	/**
	 * Sends no more, and may read still.
	 * @throws IOException if the transport does not work
	 */
	void shutdownOutput() throws IOException;

	/** Closes it; who reads must not do so at the same time. */
	@Override
	void close();

	/**
	 * What is the same as long as a thread does not come back from reading or closing.
	 * May be called by any thread.
	 * @return a number; 0 if nobody is in
	 */
	long visit();

	/**
	 * Has the thread return that does not come back, where the kernel lets it.
	 * @param visit its visit
	 */
	void interrupt(long visit);

}
