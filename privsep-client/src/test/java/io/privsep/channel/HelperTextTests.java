package io.privsep.channel;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepException;
import io.privsep.PrivsepFunction;
import io.privsep.PrivsepRemoteException;
import io.privsep.PrivsepValidationException;
import io.privsep.PrivsepValidationException.Violation;
import io.privsep.function.FunctionTable;
import io.privsep.launch.HelperProcess;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.LogLine;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;
import io.privsep.wire.Thrown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Texts of a helper gone bad, in what its callers get: no line of them is forged, nothing
 * commands a terminal, and none is long.
 */
class HelperTextTests {

	private static final FunctionTable TABLE = FunctionTable.of("net", List.of(Functions.class));

	private static final int MAX_MESSAGE = 4 << 20;

	private static final String TEXT = "evil\n2026 INFO forged \u001b[31m\u202e" + "x".repeat(100_000);

	private static final String SHOWN = "evil\\n2026 INFO forged \\u001b[31m\\u202exxx";

	@TempDir
	private Path directory;

	@Test
	void reasonOfARefusalIsCutAndPrintable() {
		Throwable thrown = call((id, out) -> new Reply.Refused(id, TEXT + "x".repeat(3_900_000)).write(out));
		assertThat(thrown).isInstanceOf(PrivsepException.class).hasMessageContaining(SHOWN);
		assertHarmless(thrown);
	}

	@Test
	void exceptionWithItsStackTraceAndCausesIsCutAndPrintable() {
		Thrown.StackFrame frame = new Thrown.StackFrame("x".repeat(65_000), TEXT.substring(0, 60_000), TEXT, 1);
		Thrown cause = new Thrown(IllegalStateException.class.getName(), List.of(TEXT), TEXT, null, null, null,
				List.of(frame), null, List.of());
		Throwable thrown = call((id, out) -> new Reply.Threw(id,
				new Thrown(TEXT, List.of(), TEXT, null, null, null, Collections.nCopies(14, frame), cause,
						List.of(new Thrown(TEXT, List.of(), TEXT, null, null, null, List.of(), null, List.of()))))
			.write(out));
		assertThat(thrown).isInstanceOf(PrivsepRemoteException.class).hasMessageContaining(SHOWN);
		assertThat(thrown.getCause()).isInstanceOf(IllegalStateException.class).hasMessageContaining(SHOWN);
		assertHarmless(thrown);
	}

	@Test
	void fileOfAnExceptionIsCutAndPrintable() {
		Throwable thrown = call((id, out) -> new Reply.Threw(id, new Thrown("java.nio.file.NoSuchFileException",
				List.of(), TEXT, TEXT, TEXT, null, List.of(), null, List.of()))
			.write(out));
		assertThat(thrown).isInstanceOf(java.nio.file.NoSuchFileException.class).hasMessageContaining(SHOWN);
		assertHarmless(thrown);
	}

	@Test
	void brokenConstraintIsCutAndPrintable() {
		Throwable thrown = call((id, out) -> new Reply.Invalid(id, List.of(new Violation(TEXT, TEXT))).write(out));
		assertThat(thrown).isInstanceOf(PrivsepValidationException.class).hasMessageContaining(SHOWN);
		assertHarmless(thrown);
	}

	@Test
	void valueThatIsNoneOfItsTypeIsNotQuoted() {
		Throwable thrown = call((id, out) -> Reply.Returned.write(out, id, (body) -> body.putString(TEXT)));
		assertThat(thrown).isInstanceOf(PrivsepException.class)
			.hasMessageContaining("ran, but its result is not accepted");
		assertHarmless(thrown);
	}

	@Test
	void resultThatIsNotAcceptableCostsItsOwnCall() throws Throwable {
		AtomicInteger calls = new AtomicInteger();
		Channel channel = channel((id, out) -> Reply.Returned.write(out, id, (body) -> {
			switch (calls.getAndIncrement()) {
				case 0 -> body.putBytes(new byte[100_000]);
				case 1 -> body.putByte(1);
				case 2 -> body.putByte(1).putInt(-1);
				case 3 -> body.putByte(1).putInt(1).putByte(0);
				default -> body.putByte(1).putInt(calls.get());
			}
		}));
		try {
			channel.start();
			channel.awaitFirstStart();
			for (String why : List.of("not 255", "too early", "A height is positive", "1 bytes are left")) {
				assertThat(catchThrowable(() -> call(channel))).isExactlyInstanceOf(PrivsepException.class)
					.hasMessageContaining("'Functions.run' ran, but its result is not accepted")
					.hasMessageContaining(why);
			}
			assertThat(call(channel)).isEqualTo(new Level(5));
			assertThat(channel.status().restarts()).isZero();
			assertThat(channel.status().state()).isEqualTo(ChannelState.RUNNING);
		}
		finally {
			channel.close();
		}
	}

	private static Object call(Channel channel) throws Throwable {
		return channel.call(TABLE.functions().get(0), new Object[0], Duration.ofMinutes(1));
	}

	private static void assertHarmless(Throwable thrown) {
		StringWriter trace = new StringWriter();
		thrown.printStackTrace(new PrintWriter(trace));
		assertThat(trace.toString()).hasSizeLessThan(60_000);
		assertThat(trace.toString().lines()).allSatisfy((line) -> {
			assertThat(line).doesNotStartWith("2026");
			assertThat(line.codePoints().allMatch((each) -> each == '\t' || LogLine.isPrinted(each))).isTrue();
		});
	}

	private Throwable call(BiFunction<Integer, FrameWriter, Frame> answer) {
		Channel channel = channel(answer);
		channel.start();
		try {
			channel.awaitFirstStart();
			return catchThrowable(() -> call(channel));
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			channel.close();
		}
	}

	private Channel channel(BiFunction<Integer, FrameWriter, Frame> answer) {
		return new TestContext(TABLE).calls(2, MAX_MESSAGE, 250_000).channel((ignored) -> launch(answer));
	}

	private HelperProcess launch(BiFunction<Integer, FrameWriter, Frame> answer) throws IOException {
		Path path = this.directory.resolve("s" + System.nanoTime());
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			SocketChannel helper = SocketChannel.open(UnixDomainSocketAddress.of(path));
			SocketChannel application = listener.accept();
			Thread thread = new Thread(() -> serve(helper, answer), "helper");
			thread.setDaemon(true);
			thread.start();
			return new HelperProcess(application, "ended");
		}
	}

	private static void serve(SocketChannel helper, BiFunction<Integer, FrameWriter, Frame> answer) {
		FrameWriter out = new FrameWriter(Protocol.maxFrameLength(MAX_MESSAGE));
		try (helper) {
			send(helper,
					new Reply.Ready(Protocol.VERSION, "net", ByteBuffer.wrap(TABLE.digest()), 1, -1, 0, "").write(out));
			FrameReader reader = new FrameReader(helper, Protocol.maxFrameLength(MAX_MESSAGE));
			while (true) {
				if (Request.read(reader.next()) instanceof Request.Call call) {
					send(helper, answer.apply(call.id(), out));
				}
			}
		}
		catch (IOException ex) {
			// the end
		}
	}

	private static void send(SocketChannel helper, Frame frame) throws IOException {
		ByteBuffer bytes = frame.toBytes();
		while (bytes.hasRemaining()) {
			helper.write(bytes);
		}
	}

	static class Functions {

		@PrivsepFunction("net")
		public Level run() {
			return Level.LOW;
		}

	}

	record Level(int height) {

		Level {
			if (height < 0) {
				throw new IllegalArgumentException("A height is positive");
			}
		}

		static final Level LOW = new Level(0);

	}

}
