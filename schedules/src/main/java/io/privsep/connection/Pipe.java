package io.privsep.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A pair of sockets in memory that behaves as one of Unix stream sockets does: what was
 * written before the close can still be read, a write after the other end's close fails.
 * Made of a lock and a condition alone, so that a scheduler that knows these knows all.
 */
public final class Pipe {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Bytes toHelper;

	private final Bytes toApplication;

	private final Application application = new Application();

	private final Helper helper = new Helper();

	/**
	 * Makes it.
	 * @param capacity how many bytes there is room for, each way
	 */
	public Pipe(int capacity) {
		this.toHelper = new Bytes(capacity);
		this.toApplication = new Bytes(capacity);
	}

	/**
	 * The application's end, which never waits to read or write.
	 * @return the transport
	 */
	public Transport application() {
		return this.application;
	}

	/**
	 * The helper's end, which does.
	 * @return the channel
	 */
	public ByteChannel helper() {
		return this.helper;
	}

	private int read(Bytes from, Bytes to, ByteBuffer target, boolean waits) throws IOException {
		this.lock.lock();
		try {
			while (true) {
				if (to.closed) {
					throw waits ? new AsynchronousCloseException() : new ClosedChannelException();
				}
				if (from.count > 0) {
					int read = from.take(target);
					this.changed.signalAll();
					return read;
				}
				if (from.closed || from.finished || !waits) {
					return (from.closed || from.finished) ? -1 : 0;
				}
				this.changed.awaitUninterruptibly();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private int write(Bytes to, Bytes from, ByteBuffer source, boolean waits) throws IOException {
		int written = 0;
		this.lock.lock();
		try {
			while (true) {
				if (to.closed) {
					throw waits ? new AsynchronousCloseException() : new ClosedChannelException();
				}
				if (from.closed) {
					throw new IOException("Broken pipe");
				}
				int put = to.put(source);
				written += put;
				if (put > 0) {
					this.changed.signalAll();
				}
				if (!waits || !source.hasRemaining()) {
					return written;
				}
				this.changed.awaitUninterruptibly();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void close(Bytes to) {
		this.lock.lock();
		try {
			to.closed = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isOpen(Bytes to) {
		this.lock.lock();
		try {
			return !to.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** The helper's end. */
	private final class Helper implements ByteChannel {

		@Override
		public int read(ByteBuffer target) throws IOException {
			return Pipe.this.read(Pipe.this.toHelper, Pipe.this.toApplication, target, true);
		}

		@Override
		public int write(ByteBuffer source) throws IOException {
			return Pipe.this.write(Pipe.this.toApplication, Pipe.this.toHelper, source, true);
		}

		@Override
		public boolean isOpen() {
			return Pipe.this.isOpen(Pipe.this.toApplication);
		}

		@Override
		public void close() {
			Pipe.this.close(Pipe.this.toApplication);
		}

	}

	/** The application's end. */
	private final class Application implements Transport {

		private boolean isReaderWoken;

		private boolean isWriterWoken;

		@Override
		public int read(ByteBuffer target) throws IOException {
			return Pipe.this.read(Pipe.this.toApplication, Pipe.this.toHelper, target, false);
		}

		@Override
		public int write(ByteBuffer source) throws IOException {
			return Pipe.this.write(Pipe.this.toHelper, Pipe.this.toApplication, source, false);
		}

		// As a selector does: an interrupt ends the wait, and so does one of before.
		@Override
		public void awaitReadable(boolean orToWrite, long nanos) throws IOException {
			long deadline = System.nanoTime() + nanos;
			Pipe.this.lock.lock();
			try {
				while (!this.isReaderWoken && !isReadable() && !(orToWrite && isWritable())
						&& !Thread.currentThread().isInterrupted() && deadline - System.nanoTime() > 0) {
					awaitChange(deadline);
				}
				this.isReaderWoken = false;
			}
			finally {
				Pipe.this.lock.unlock();
			}
		}

		@Override
		public void awaitWritable(long nanos) throws IOException {
			long deadline = System.nanoTime() + nanos;
			Pipe.this.lock.lock();
			try {
				while (!this.isWriterWoken && !isWritable() && !Thread.currentThread().isInterrupted()
						&& deadline - System.nanoTime() > 0) {
					awaitChange(deadline);
				}
				this.isWriterWoken = false;
			}
			finally {
				Pipe.this.lock.unlock();
			}
		}

		private boolean isReadable() {
			return Pipe.this.toApplication.count > 0 || Pipe.this.toApplication.closed || Pipe.this.toHelper.closed;
		}

		private boolean isWritable() {
			return Pipe.this.toHelper.hasRoom() || Pipe.this.toApplication.closed || Pipe.this.toHelper.closed;
		}

		private void awaitChange(long deadline) {
			try {
				Pipe.this.changed.awaitNanos(deadline - System.nanoTime());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		@Override
		public void wakeReader() {
			wake(true, false);
		}

		@Override
		public void wakeWriter() {
			wake(false, true);
		}

		private void wake(boolean reader, boolean writer) {
			Pipe.this.lock.lock();
			try {
				this.isReaderWoken |= reader;
				this.isWriterWoken |= writer;
				Pipe.this.changed.signalAll();
			}
			finally {
				Pipe.this.lock.unlock();
			}
		}

		@Override
		public void shutdownOutput() {
			Pipe.this.lock.lock();
			try {
				Pipe.this.toHelper.finished = true;
				Pipe.this.changed.signalAll();
			}
			finally {
				Pipe.this.lock.unlock();
			}
		}

		@Override
		public boolean isOpen() {
			return Pipe.this.isOpen(Pipe.this.toHelper);
		}

		@Override
		public void close() {
			Pipe.this.close(Pipe.this.toHelper);
		}

		@Override
		public long visit() {
			return 0;
		}

		@Override
		public void interrupt(long visit) {
			throw new UnsupportedOperationException("Nobody is in");
		}

	}

}
