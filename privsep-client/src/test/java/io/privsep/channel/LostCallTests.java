package io.privsep.channel;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepFunction;
import io.privsep.function.FunctionTable;
import io.privsep.launch.HelperProcess;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What a lost call says of the end of its helper.
 */
class LostCallTests {

	private static final FunctionTable TABLE = FunctionTable.of("net", List.of(Functions.class));

	private final AtomicInteger helpers = new AtomicInteger();

	@TempDir
	private Path directory;

	@Test
	void causeOfALostCallIsTheEndThatLostItAndNotAnOlderOne() throws Exception {
		Channel channel = channel();
		channel.start();
		try {
			channel.awaitFirstStart();
			assertThat(lose(channel)).hasCauseInstanceOf(HelperStartException.class)
				.rootCause()
				.hasMessageContaining("The connection ended");
			Awaitility.await()
				.atMost(2, TimeUnit.MINUTES)
				.until(() -> channel.status().lastFailure() != null
						&& channel.status().state() == ChannelState.RUNNING);
			assertThat(lose(channel)).hasCauseInstanceOf(HelperStartException.class)
				.rootCause()
				.hasMessageContaining("There is no reply of type 3");
		}
		finally {
			channel.close();
		}
	}

	private static Throwable lose(Channel channel) {
		Throwable thrown = catchThrowable(
				() -> channel.call(TABLE.functions().get(0), new Object[0], Duration.ofMinutes(1)));
		assertThat(thrown).isInstanceOf(PrivsepConnectionLostException.class);
		return thrown;
	}

	private Channel channel() {
		return new TestContext(TABLE).backoff(Duration.ofMillis(1)).channel((ignored) -> launch());
	}

	private HelperProcess launch() throws IOException {
		Path path = this.directory.resolve("s" + this.helpers.incrementAndGet());
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			SocketChannel helper = SocketChannel.open(UnixDomainSocketAddress.of(path));
			SocketChannel application = listener.accept();
			boolean isFirst = this.helpers.get() == 1;
			Thread thread = new Thread(() -> serve(helper, isFirst), "helper");
			thread.setDaemon(true);
			thread.start();
			return new HelperProcess(application, "ended");
		}
	}

	// The first helper ends at its first call, all others break the protocol there.
	private static void serve(SocketChannel helper, boolean isFirst) {
		FrameWriter out = new FrameWriter(Protocol.maxFrameLength(1 << 20));
		try (helper) {
			send(helper,
					new Reply.Ready(Protocol.VERSION, "net", ByteBuffer.wrap(TABLE.digest()), 1, -1, 0, "").write(out)
						.toBytes());
			FrameReader reader = new FrameReader(helper, Protocol.maxFrameLength(1 << 20));
			while (!(Request.read(reader.next()) instanceof Request.Call)) {
				// a ping
			}
			if (!isFirst) {
				send(helper, ByteBuffer.wrap(new byte[] { 0, 0, 0, 1, 3 }));
				reader.next();
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

	static class Functions {

		@PrivsepFunction("net")
		public void run() {
		}

	}

}
