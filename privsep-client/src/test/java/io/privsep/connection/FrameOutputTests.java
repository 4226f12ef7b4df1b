package io.privsep.connection;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.wire.Frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link FrameOutput}.
 */
class FrameOutputTests {

	private static final int LARGE = 8 << 20;

	// Otherwise the helper would take one message for the rest of the other.
	@Test
	void writeAfterAPartOfAMessageIsRefused(@TempDir Path directory) throws IOException {
		UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
				SocketChannel helper = SocketChannel.open(address);
				SocketChannel application = listener.accept()) {
			helper.configureBlocking(false);
			try (Transport transport = new SocketTransport(application)) {
				FrameOutput output = new FrameOutput(transport, () -> true, System::nanoTime);
				assertThatIOException().isThrownBy(() -> write(output, frame(LARGE), System.nanoTime()))
					.withMessageContaining("did not read a message");
				assertThat(drain(helper)).isBetween(1L, LARGE - 1L);
				assertThatIOException().isThrownBy(() -> write(output, frame(1), soon()))
					.withMessageContaining("not sent as a whole");
				assertThatIOException().isThrownBy(() -> output.tryWrite((sender) -> sender.test(frame(1))))
					.withMessageContaining("not sent as a whole");
				assertThat(drain(helper)).isZero();
			}
		}
	}

	@Test
	void writeOfAPartWaitsNoLongerThanTwoSecondsBeyondItsTime() {
		List<Long> waits = new ArrayList<>();
		FrameOutput output = new FrameOutput(new StuckTransport(1, waits), () -> true, System::nanoTime);
		long late = System.nanoTime() - 1;
		assertThatIOException().isThrownBy(() -> write(output, frame(2), late))
			.withMessageContaining("did not read a message");
		assertThat(waits).isNotEmpty().allMatch((nanos) -> nanos > 0 && nanos < TimeUnit.SECONDS.toNanos(2));
	}

	@Test
	void restThatIsTakenASecondBeyondItsTimeIsWrittenAndTheConnectionStaysWhole() throws IOException {
		List<Long> waits = new ArrayList<>();
		AtomicLong clock = new AtomicLong();
		long second = TimeUnit.SECONDS.toNanos(1);
		StuckTransport transport = new StuckTransport(1, waits) {

			@Override
			public void awaitWritable(long nanos) {
				waits.add(nanos);
				clock.addAndGet(second);
				// the first wait ends at the deadline
				take((waits.size() > 1) ? LARGE : 1);
			}

		};
		FrameOutput output = new FrameOutput(transport, () -> true, clock::get);
		assertThat(write(output, frame(10), second)).isTrue();
		assertThat(waits).hasSize(2);
		assertThat(write(output, frame(10), clock.get() + second)).isTrue();
	}

	@Test
	void writeOfNothingDoesNotWaitBeyondItsTime() throws IOException {
		List<Long> waits = new ArrayList<>();
		FrameOutput output = new FrameOutput(new StuckTransport(0, waits), () -> true, System::nanoTime);
		assertThat(write(output, frame(2), System.nanoTime() - 1)).isFalse();
		assertThat(waits).isEmpty();
	}

	private static boolean write(FrameOutput output, Frame frame, long deadline) throws IOException {
		AtomicBoolean sent = new AtomicBoolean();
		boolean written = output.write(frame, deadline, () -> sent.set(true));
		assertThat(sent.get()).isEqualTo(written);
		return written;
	}

	private static Frame frame(int length) {
		return Frame.of(ByteBuffer.allocate(length));
	}

	private static long soon() {
		return System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
	}

	private static long drain(SocketChannel channel) throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
		long length = 0;
		int read = channel.read(buffer);
		while (read > 0) {
			length += read;
			buffer.clear();
			read = channel.read(buffer);
		}
		return length;
	}

	/** It takes so many bytes and no more, and tells how long someone wants to wait. */
	private static class StuckTransport extends UnusedTransport {

		private final List<Long> waits;

		private int left;

		StuckTransport(int left, List<Long> waits) {
			this.left = left;
			this.waits = waits;
		}

		void take(int more) {
			this.left += more;
		}

		@Override
		public int write(ByteBuffer buffer) {
			int count = Math.min(this.left, buffer.remaining());
			buffer.position(buffer.position() + count);
			this.left -= count;
			return count;
		}

		@Override
		public void awaitWritable(long nanos) {
			this.waits.add(nanos);
			LockSupport.parkNanos(nanos);
		}

		@Override
		public void shutdownOutput() {
		}

		@Override
		public void close() {
			// nothing is open
		}

	}

}
