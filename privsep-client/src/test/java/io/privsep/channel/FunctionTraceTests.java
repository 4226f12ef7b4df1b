package io.privsep.channel;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepFunction;
import io.privsep.PrivsepTimeoutException;
import io.privsep.function.FunctionTable;
import io.privsep.launch.HelperProcess;
import io.privsep.launch.InProcessLauncher;
import io.privsep.launch.Launcher;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;
import io.privsep.wire.Thrown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * How much a late caller learns of where the function was: 64 frames, whatever the
 * function does, and whatever the helper says.
 */
class FunctionTraceTests {

	private static final int MOST = 64;

	private static final int MAX_MESSAGE = 1 << 20;

	private static final Duration LONG = Duration.ofMinutes(2);

	private static final FunctionTable TABLE = FunctionTable.of("deep", List.of(Functions.class));

	@TempDir
	private Path directory;

	private Channel channel;

	@AfterEach
	void close() {
		this.channel.close();
	}

	@Test
	void functionInADeepRecursionShowsItsInnermostFrames() throws Exception {
		start(new InProcessLauncher(getClass().getClassLoader()));
		// a late caller waits a moment for it, and no longer; and on a busy machine the
		// recursion may not be deep yet
		PrivsepTimeoutException late = awaitTrace((trace) -> trace[0].getMethodName().startsWith("park"));
		assertThat(late.getSuppressed()).singleElement().satisfies((trace) -> {
			assertThat(trace.getStackTrace()).hasSize(MOST);
			assertThat(trace.getStackTrace()[MOST - 1].getMethodName()).isEqualTo("dive");
		});
	}

	@Test
	void helperMaySayAsManyFrames() throws Exception {
		start((definition) -> launch(MOST));
		PrivsepTimeoutException late = awaitTrace((trace) -> true);
		assertThat(late.getSuppressed()).singleElement()
			.satisfies((trace) -> assertThat(trace.getStackTrace()).hasSize(MOST));
		assertThat(this.channel.status().lastFailure()).isNull();
	}

	@Test
	void helperThatSaysOneMoreIsLostAndNothingOfItIsShown() throws Exception {
		start((definition) -> launch(MOST + 1));
		Throwable thrown = call();
		assertThat(thrown.getSuppressed()).isEmpty();
		Awaitility.await().atMost(LONG).until(() -> this.channel.status().lastFailure() != null);
		assertThat(this.channel.status().lastFailure()).contains("A count of 65 where 64 is the most");
	}

	private PrivsepTimeoutException awaitTrace(Predicate<StackTraceElement[]> isWanted) {
		return (PrivsepTimeoutException) Awaitility.await()
			.atMost(LONG)
			.until(this::call, (thrown) -> thrown instanceof PrivsepTimeoutException
					&& thrown.getSuppressed().length > 0 && isWanted.test(thrown.getSuppressed()[0].getStackTrace()));
	}

	private Throwable call() {
		return catchThrowable(() -> this.channel.call(TABLE.functions().get(0), new Object[0], Duration.ofMillis(100)));
	}

	private void start(Launcher launcher) throws HelperStartException {
		this.channel = new TestContext(TABLE).calls(2, MAX_MESSAGE, 1000).channel(launcher);
		this.channel.start();
		this.channel.awaitFirstStart();
	}

	private HelperProcess launch(int frames) throws IOException {
		Path path = this.directory.resolve("s");
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			SocketChannel helper = SocketChannel.open(UnixDomainSocketAddress.of(path));
			SocketChannel application = listener.accept();
			Thread thread = new Thread(() -> serve(helper, frames), "helper");
			thread.setDaemon(true);
			thread.start();
			return new HelperProcess(application, "ended");
		}
	}

	// A helper that answers no call but cancellations, with frames of its own choice.
	private static void serve(SocketChannel helper, int frames) {
		FrameWriter out = new FrameWriter(Protocol.maxFrameLength(MAX_MESSAGE));
		try (helper) {
			send(helper,
					new Reply.Ready(Protocol.VERSION, "deep", ByteBuffer.wrap(TABLE.digest()), 1, -1, 0, "").write(out)
						.toBytes());
			FrameReader reader = new FrameReader(helper, Protocol.maxFrameLength(MAX_MESSAGE));
			while (true) {
				if (Request.read(reader.next()) instanceof Request.Cancel cancel) {
					List<Thrown.StackFrame> all = Collections.nCopies(frames, new Thrown.StackFrame("C", "m", null, 1));
					send(helper, new Reply.Cancelled(cancel.id(), 0, 1, all).write(out).toBytes());
					send(helper, new Reply.Refused(cancel.id(), "cancelled").write(out).toBytes());
				}
			}
		}
		catch (IOException ex) {
			// the end
		}
	}

	private static void send(SocketChannel helper, ByteBuffer bytes) throws IOException {
		while (bytes.hasRemaining()) {
			helper.write(bytes);
		}
	}

	/** A function that is deep in itself when it is cancelled. */
	@PrivsepFunction("deep")
	static class Functions {

		public void run() {
			dive(200);
		}

		private static void dive(int depth) {
			if (depth > 0) {
				dive(depth - 1);
				return;
			}
			while (!Thread.currentThread().isInterrupted()) {
				LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
			}
		}

	}

}
