package io.privsep.connection;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.privsep.linux.NativeThread;

/**
 * The application's end of a pair of sockets.
 * <p>
 * To read or to close it waits for nothing the application knows of, and still a thread
 * may not come back: a descriptor that a helper sends along with bytes (unix(7),
 * {@code SCM_RIGHTS}) is dropped in the thread that reads or closes, and to close some of
 * them takes as long as someone else likes (socket(7), {@code SO_LINGER}). So it tells
 * who is there.
 */
public final class SocketTransport implements Transport {

	private static final ThreadLocal<Integer> THREAD = ThreadLocal.withInitial(NativeThread::currentId);

	private final SocketChannel channel;

	private final Selector readable;

	private final SelectionKey readKey;

	private final Selector writable;

	/** The number of the visit, and below it that of the thread; 0 while nobody is in. */
	private final AtomicLong visit = new AtomicLong();

	private int visits;

	/**
	 * Makes one.
	 * @param channel the application's end
	 * @throws IOException if it does not work; then it is the caller's to close
	 */
	public SocketTransport(SocketChannel channel) throws IOException {
		this.channel = channel;
		// a blocking channel is closed when a thread in it is interrupted, and callers
		// may be interrupted
		channel.configureBlocking(false);
		this.readable = Selector.open();
		Selector second = null;
		try {
			this.readKey = channel.register(this.readable, SelectionKey.OP_READ);
			second = Selector.open();
			channel.register(second, SelectionKey.OP_WRITE);
			this.writable = second;
		}
		catch (IOException | RuntimeException | Error ex) {
			// without descriptors: those that it has got are free again
			this.readable.close();
			if (second != null) {
				second.close();
			}
			throw ex;
		}
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
	public int write(ByteBuffer buffer) throws IOException {
		return this.channel.write(buffer);
	}

	@Override
	public void awaitReadable(boolean orToWrite, long nanos) throws IOException {
		this.readKey.interestOps(orToWrite ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
		this.readable.select((key) -> {
		}, milliseconds(nanos));
	}

	// A virtual thread would pin its carrier in a selector.
	@Override
	public void awaitWritable(long nanos) throws IOException {
		if (VirtualThreads.isVirtual(Thread.currentThread())) {
			LockSupport.parkNanos(this, Math.min(nanos, 100_000));
		}
		else {
			this.writable.select((key) -> {
			}, milliseconds(nanos));
		}
	}

	// At least one, as none is for ever; and not too early.
	private static long milliseconds(long nanos) {
		return Math.max(1, TimeUnit.NANOSECONDS.toMillis(Math.min(nanos, Long.MAX_VALUE - 999_999) + 999_999));
	}

	@Override
	public void wakeReader() {
		this.readable.wakeup();
	}

	@Override
	public void wakeWriter() {
		this.writable.wakeup();
	}

	@Override
	public boolean isOpen() {
		return this.channel.isOpen();
	}

	@Override
	public void shutdownOutput() throws IOException {
		this.channel.shutdownOutput();
	}

	// As long as a selector has it, it stays open.
	@Override
	public void close() {
		begin();
		try {
			for (Closeable each : List.of(this.channel, this.readable, this.writable)) {
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

	@Override
	public long visit() {
		return this.visit.getAcquire();
	}

	@Override
	public void interrupt(long visit) {
		NativeThread.wake((int) visit);
	}

}
