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
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepFunction;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.launch.HelperProcess;
import io.privsep.launch.Launcher;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The application uses no helper but the one that it expects.
 */
class ForeignHelperTests {

	private static final FunctionTable TABLE = FunctionTable.of("net", List.of(Functions.class));

	private static final HelperDefinition.Rights RIGHTS = new HelperDefinition.Rights(62999, 62999, List.of(),
			Capabilities.of(List.of(Capability.CHOWN)));

	@TempDir
	private Path directory;

	@Test
	void startWhenReadyIsFromAnotherBuildFails() {
		startFails(ready(Protocol.VERSION, "net", new byte[32], 62999, RIGHTS.capabilities().mask()),
				"the helper has other functions than the application; it comes from another build");
	}

	@Test
	void startWhenReadyIsOfAnotherProtocolFails() {
		startFails(ready(Protocol.VERSION + 1, "net", TABLE.digest(), 62999, RIGHTS.capabilities().mask()),
				"the helper speaks protocol 2, expected 1");
	}

	@Test
	void startWhenReadyIsOfAnotherContextFails() {
		startFails(ready(Protocol.VERSION, "disk", TABLE.digest(), 62999, RIGHTS.capabilities().mask()),
				"the helper is that of context 'disk'");
	}

	@Test
	void startWhenHelperIsAnotherUserFails() {
		startFails(ready(Protocol.VERSION, "net", TABLE.digest(), 0, RIGHTS.capabilities().mask()),
				"the helper is user 0 with capabilities [chown], expected user 62999 with [chown]");
	}

	@Test
	void startWhenHelperHasOtherCapabilitiesFails() {
		startFails(ready(Protocol.VERSION, "net", TABLE.digest(), 62999, 3),
				"with capabilities [chown, dac_override], expected user 62999 with [chown]");
	}

	@Test
	void startWhenHelperRepliesBeforeReadyFails() {
		startFails((out) -> Reply.Returned.write(out, 0, (body) -> body.putByte(0)),
				"replied to a call that was not made");
	}

	@Test
	void startWhenHelperLogsOverTheConnectionAndIsNotToFails() {
		startFails((out) -> new Reply.Logged("x").write(out),
				"The helper logs over the connection, though its standard error leads to the application");
	}

	@Test
	void startWhenContextIsForgedTextFailsWithAMessageOfOneLine() {
		startFails(ready(1, "net\n2026 INFO forged \u001b[31m", TABLE.digest(), 0, 0),
				"the helper is that of context 'net\\n2026 INFO forged \\u001b[31m'");
	}

	@Test
	void startWhenHelperSaysNothingFailsInTime() {
		startFails((definition) -> launch((out) -> Frame.of(ByteBuffer.allocate(0))), Duration.ofSeconds(1),
				"the helper was not ready within 1s");
	}

	@Test
	void startWhenHelperSendsAnImpossibleLengthFails() {
		startFails((out) -> Frame.of(ByteBuffer.allocate(4).putInt(0, Integer.MAX_VALUE)),
				"A frame of 2147483647 bytes");
	}

	@Test
	void startThatFailsSaysWhatTheLauncherKnowsBeside() {
		Launcher launcher = new Launcher() {

			@Override
			public HelperProcess launch(HelperDefinition definition) throws IOException {
				return ForeignHelperTests.this.launch((out) -> new Reply.Pong().write(out));
			}

			@Override
			public String remark() {
				return "the JVM was updated: restart the application";
			}

		};
		startFails(launcher, TestContext.LONG, "; the JVM was updated: restart the application");
	}

	private static Function<FrameWriter, Frame> ready(int protocol, String context, byte[] digest, int uid,
			long capabilities) {
		return (out) -> new Reply.Ready(protocol, context, ByteBuffer.wrap(digest), 1, uid, capabilities, "")
			.write(out);
	}

	private void startFails(Function<FrameWriter, Frame> firstWord, String message) {
		startFails((definition) -> launch(firstWord), TestContext.LONG, message);
	}

	private static void startFails(Launcher launcher, Duration timeout, String message) {
		Channel channel = new TestContext(TABLE).rights(RIGHTS, 0, new HelperDefinition.Confinement(4096, false, null))
			.with(TestContext.times(timeout))
			.channel(launcher);
		channel.start();
		try {
			assertThatExceptionOfType(HelperStartException.class).isThrownBy(channel::awaitFirstStart)
				.withMessageContaining(message);
		}
		finally {
			channel.close();
		}
	}

	private HelperProcess launch(Function<FrameWriter, Frame> firstWord) throws IOException {
		Path path = this.directory.resolve("s" + System.nanoTime());
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			SocketChannel helper = SocketChannel.open(UnixDomainSocketAddress.of(path));
			SocketChannel application = listener.accept();
			helper.write(firstWord.apply(new FrameWriter(4096)).toBytes());
			return new HelperProcess(application, "ended");
		}
	}

	static class Functions {

		@PrivsepFunction("net")
		public void run() {
		}

	}

}
