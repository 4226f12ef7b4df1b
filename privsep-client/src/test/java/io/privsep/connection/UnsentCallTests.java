package io.privsep.connection;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepFunction;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.value.ValueWriter;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A call of which is said that it was certainly not sent was not, also where the
 * connection ends while it is being sent.
 */
class UnsentCallTests {

	private static final int MAX_FRAME = 4096;

	private static final FunctionTable TABLE = FunctionTable.of("net", List.of(Functions.class));

	private static final PrivilegedFunction FUNCTION = TABLE.functions().get(0);

	private final Slots slots = new Slots(1);

	@Test
	void callOutOfTheQueueThatTheHelperHasGotWhileTheConnectionEndedIsNotUnsent(@TempDir Path directory)
			throws Exception {
		UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
				SocketChannel helper = SocketChannel.open(address)) {
			HeldConnection connection = new HeldConnection(listener.accept(), this.slots);
			serve(connection, helper);
			PendingCall first = call(0);
			assertThat(this.slots.take(first)).isTrue();
			assertThat(connection.take(first)).isTrue();
			assertThat(connection.send(first)).isTrue();
			PendingCall inQueue = call(1);
			assertThat(this.slots.take(inQueue)).isFalse();
			FutureTask<List<Integer>> heard = new FutureTask<>(() -> readCalls(helper, connection));
			new Thread(heard).start();
			helper.write(Reply.Returned
				.write(new FrameWriter(MAX_FRAME), 0, (out) -> ValueWriter.write(FUNCTION.result(), 1, out, 1000))
				.toBytes());
			// reads the reply, and sends the call that waits for its slot
			connection.reader().await(first);
			connection.closer.join();
			connection.close();
			assertThat(connection.reader().await(inQueue)).isTrue();
			assertThat(heard.get()).isEqualTo(List.of(0, 1));
			assertThat(inQueue.isUnsent()).isFalse();
		}
	}

	@Test
	void callThatWasTakenIsUnsentUntilItsCallerHasSentIt(@TempDir Path directory) throws Exception {
		UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
		Slots two = new Slots(2);
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
				SocketChannel helper = SocketChannel.open(address)) {
			Connection connection = new Connection("net", new SocketTransport(listener.accept()), MAX_FRAME, two,
					(line) -> {
					}, Duration.ZERO, new Lifespan(null, null, System::nanoTime, () -> true, null));
			serve(connection, helper);
			PendingCall sent = call(0);
			PendingCall taken = call(1);
			assertThat(two.take(sent) && two.take(taken)).isTrue();
			assertThat(connection.take(sent) && connection.take(taken)).isTrue();
			assertThat(connection.send(sent)).isTrue();
			connection.end(new IOException("the helper ended"));
			assertThat(sent.isDone() && !sent.isUnsent()).isTrue();
			assertThat(taken.isUnsent()).isTrue();
			assertThatExceptionOfType(ConnectionEndedException.class).isThrownBy(() -> connection.send(taken));
			assertThat(two.taken()).isZero();
			connection.close();
		}
	}

	@Test
	void callThatLeavesTheQueueIsUnsent() {
		PendingCall leaving = call(1);
		assertThat(this.slots.take(call(0))).isTrue();
		assertThat(this.slots.take(leaving)).isFalse();
		assertThat(leaving.isUnsent()).isFalse();
		assertThat(this.slots.leave(leaving)).isTrue();
		assertThat(leaving.isUnsent()).isTrue();
	}

	private static void serve(Connection connection, SocketChannel helper) throws Exception {
		helper.write(new Reply.Ready(1, "net", ByteBuffer.wrap(TABLE.digest()), 1, -1, 0, "")
			.write(new FrameWriter(MAX_FRAME))
			.toBytes());
		connection.reader().awaitReady(Duration.ofMinutes(1));
		connection.serve();
	}

	private static List<Integer> readCalls(SocketChannel helper, HeldConnection connection) throws IOException {
		List<Integer> calls = new ArrayList<>();
		FrameReader reader = new FrameReader(helper, MAX_FRAME);
		try {
			while (Request.read(reader.next()) instanceof Request.Call call) {
				calls.add(call.id());
				if (call.id() == 1) {
					connection.mayEnd.countDown();
				}
			}
		}
		catch (EOFException ex) {
			// all of it
		}
		return calls;
	}

	private static PendingCall call(int id) {
		PendingCall call = new PendingCall(id, FUNCTION, Duration.ofMinutes(1).toNanos());
		call.setFrame(Request.Call.write(new FrameWriter(MAX_FRAME), id, FUNCTION.number(),
				(out) -> ValueWriter.write(FUNCTION.parameters().get(0), id, out, 1000)));
		return call;
	}

	/**
	 * A connection that another thread ends while the reader has just taken a call out of
	 * the queue, which is the last one that the helper may get; and for which nothing is
	 * stopped before the helper has got the call.
	 */
	private static final class HeldConnection extends Connection {

		final CountDownLatch mayEnd = new CountDownLatch(1);

		final Thread closer = new Thread(() -> end(new IOException("the application was closed")));

		private final Thread reader = Thread.currentThread();

		HeldConnection(SocketChannel channel, Slots slots) throws IOException {
			super("net", new SocketTransport(channel), MAX_FRAME, slots, (line) -> {
			}, Duration.ZERO, new Lifespan(2, null, System::nanoTime, () -> true, null));
		}

		@Override
		public void wakeMonitor() {
			if (Thread.currentThread() == this.reader && !mayTakeCalls()
					&& this.closer.getState() == Thread.State.NEW) {
				this.closer.start();
				while (isOpen()) {
					Thread.onSpinWait();
				}
			}
			super.wakeMonitor();
		}

		@Override
		void stopOutput() {
			try {
				this.mayEnd.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			super.stopOutput();
		}

	}

	/** The function. */
	@PrivsepFunction("net")
	static class Functions {

		public int next(int id) {
			return id + 1;
		}

	}

}
