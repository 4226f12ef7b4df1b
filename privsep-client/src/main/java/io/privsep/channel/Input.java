package io.privsep.channel;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.privsep.linux.NativeThread;

/**
 * The receiving half of a {@link Connection}, which one thread at a time reads or closes.
 * <p>
 * Neither waits for anything the application knows of, and still a thread may not come
 * back: a descriptor that a helper sends along with bytes (unix(7), {@code SCM_RIGHTS})
 * is dropped in the thread that reads or closes, and to close some of them takes as long
 * as someone else likes (socket(7), {@code SO_LINGER}). So it tells who is there.
 */
final class Input implements ReadableByteChannel {

	private static final ThreadLocal<Integer> THREAD = ThreadLocal.withInitial(NativeThread::currentId);

	private final SocketChannel channel;

	/** What is closed, all of it together. */
	private final List<Closeable> all;

	/** The number of the visit, and below it that of the thread; 0 while nobody is in. */
	private final AtomicLong visit = new AtomicLong();

	private int visits;

	/**
	 * Makes one.
	 * @param channel what is read
	 * @param others what is closed with it: as long as a selector has it, it stays open
	 */
	Input(SocketChannel channel, Closeable... others) {
		this.channel = channel;
		this.all = Stream.concat(Stream.of(channel), Stream.of(others)).toList();
	}

	@Override
	public int read(ByteBuffer buffer) throws IOException {
		begin();
		try {
			return this.channel.read(buffer);
		}
		finally {
			end();
		}
	}

	@Override
	public boolean isOpen() {
		return this.channel.isOpen();
	}

	@Override
	public void close() {
		begin();
		try {
			for (Closeable each : this.all) {
				try {
					each.close();
				}
				catch (IOException ex) {
					// closed all the same
				}
			}
		}
		finally {
			end();
		}
	}

	// The system call that follows is a barrier enough.
	private void begin() {
		this.visits = Math.max(1, this.visits + 1);
		this.visit.setRelease((long) this.visits << Integer.SIZE | THREAD.get());
	}

	private void end() {
		this.visit.setRelease(0);
	}

	/**
	 * What is the same as long as a thread does not come back. May be called by any
	 * thread.
	 * @return a number; 0 if nobody is in
	 */
	long visit() {
		return this.visit.getAcquire();
	}

	/**
	 * Has the thread return that does not come back, where the kernel lets it.
	 * @param visit its visit
	 */
	static void interrupt(long visit) {
		NativeThread.wake((int) visit);
	}

}
