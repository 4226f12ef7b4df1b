package io.privsep.connection;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.PrivsepFunction;
import io.privsep.function.FunctionTable;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a helper gone bad can do to the application over the connection: lose it, and
 * nothing else.
 */
class HostileHelperTests {

	private static final int MAX_FRAME = Protocol.maxFrameLength(4096);

	private static final int MAX_LARGE_FRAME = Protocol.maxFrameLength(1 << 20);

	private static final int SLOTS = 10_000;

	private static final Duration LONG = Duration.ofMinutes(2);

	private static final FunctionTable TABLE = FunctionTable.of("net", List.of(Functions.class));

	private final Slots slots = new Slots(SLOTS);

	private final AtomicInteger ids = new AtomicInteger();

	/** What the helper has logged. */
	private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

	private SocketChannel helper;

	private Connection connection;

	@BeforeEach
	void connect(@TempDir Path directory) throws IOException {
		connect(directory, MAX_FRAME, Duration.ZERO);
	}

	private void connect(Path directory, int maxFrame, Duration pingInterval) throws IOException {
		connect(directory, maxFrame, pingInterval, lifespan(null, System::nanoTime));
	}

	private static Lifespan lifespan(@Nullable Integer calls, LongSupplier clock) {
		return new Lifespan(calls, null, clock, () -> true, null);
	}

	private void connect(Path directory, int maxFrame, Duration pingInterval, Lifespan lifespan) throws IOException {
		Path path = directory.resolve("s");
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			Files.deleteIfExists(path);
			listener.bind(UnixDomainSocketAddress.of(path));
			this.helper = SocketChannel.open(UnixDomainSocketAddress.of(path));
			this.connection = new Connection("net", new SocketTransport(listener.accept()), maxFrame, this.slots,
					this.lines::add, pingInterval, lifespan);
		}
	}

	@AfterEach
	void close() throws IOException {
		this.helper.close();
		this.connection.end(new IOException("closed"));
		this.connection.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 4096 + Protocol.OVERHEAD + 1 })
	void lengthThatIsImpossibleEndsTheConnection(int length) throws Exception {
		PendingCall call = ready();
		say(ByteBuffer.allocate(4).putInt(length).flip());
		assertLost(call, "A frame of " + length + " bytes");
	}

	static Stream<ByteBuffer> outOfTurn() {
		FrameWriter out = new FrameWriter(MAX_FRAME);
		return Stream.of(Reply.Returned.write(out, 4711, (body) -> body.putByte(0)).toBytes(),
				new Reply.Refused(-1, "no").write(out).toBytes(), new Request.Ping().write(out).toBytes(),
				new Request.Cancel(0).write(out).toBytes());
	}

	@ParameterizedTest
	@MethodSource("outOfTurn")
	void messageOutOfOrderEndsTheConnection(ByteBuffer frame) throws Exception {
		PendingCall call = ready();
		say(frame.duplicate());
		assertLost(call, "");
	}

	@Test
	void helperThatSaysNothingIsGivenUpAfterAPing(@TempDir Path directory) throws Exception {
		connect(directory, MAX_FRAME, Duration.ofMillis(200));
		PendingCall call = ready();
		assertThat(this.connection.monitor()).hasMessage("the helper has sent no heartbeat within 200ms");
		assertThat(this.connection.isOpen()).isFalse();
		assertThat(this.connection.reader().await(call)).isTrue();
		assertThat(call.reply()).isNull();
		FrameReader reader = new FrameReader(this.helper, MAX_FRAME);
		assertThat(Request.read(reader.next())).isInstanceOf(Request.Call.class);
		assertThat(Request.read(reader.next())).isInstanceOf(Request.Ping.class);
	}

	@Test
	@Timeout(value = 5, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.MINUTES)
	void anyWordIsAHeartbeat(@TempDir Path directory) throws Exception {
		AtomicLong now = new AtomicLong();
		long interval = Duration.ofSeconds(2).toNanos();
		connect(directory, MAX_FRAME, Duration.ofNanos(interval), lifespan(null, now::get));
		ready();
		FutureTask<Throwable> monitor = new FutureTask<>(this.connection::monitor);
		new Thread(monitor).start();
		FrameReader reader = new FrameReader(this.helper, MAX_FRAME);
		assertThat(Request.read(reader.next())).isInstanceOf(Request.Call.class);
		for (int i = 0; i < 16; i++) {
			now.addAndGet(interval);
			assertThat(Request.read(reader.next())).isInstanceOf(Request.Ping.class);
			now.addAndGet(interval - 1);
			say(new Reply.Logged("alive").write(new FrameWriter(MAX_FRAME)).toBytes());
			assertThat(this.lines.take()).isEqualTo("alive");
		}
		assertThat(monitor.isDone()).isFalse();
		now.addAndGet(interval);
		assertThat(Request.read(reader.next())).isInstanceOf(Request.Ping.class);
		now.addAndGet(interval);
		assertThat(monitor.get()).hasMessage("the helper has sent no heartbeat within 2000ms");
	}

	@Test
	void floodOfHeartbeatsEndsTheConnection() throws Exception {
		PendingCall call = ready();
		ByteBuffer flood = ByteBuffer.allocate(10_000);
		while (flood.hasRemaining()) {
			flood.put(new Reply.Pong().write(new FrameWriter(MAX_FRAME)).toBytes());
		}
		say(flood.flip());
		assertLost(call, "replied without a request");
	}

	@Test
	void secondHandshakeEndsTheConnection() throws Exception {
		ready();
		PendingCall call = ready();
		assertLost(call, "a second time that it is ready");
	}

	@Test
	void secondReplyOfACallEndsTheConnection() throws Exception {
		PendingCall first = ready();
		PendingCall second = send(LONG, 0);
		for (int i = 0; i < 2; i++) {
			say(Reply.Returned.write(new FrameWriter(MAX_FRAME), first.id(), (body) -> body.putByte(0)).toBytes());
		}
		assertThat(this.connection.reader().await(first)).isTrue();
		assertThat(first.reply()).isInstanceOf(Reply.Returned.class);
		assertLost(second, "replied to a call that was not made");
		assertThat(this.slots.taken()).isZero();
	}

	@Test
	void heartbeatIsTakenUnasked() throws Exception {
		PendingCall call = ready();
		say(new Reply.Pong().write(new FrameWriter(MAX_FRAME)).toBytes());
		say(returned(call, 1));
		assertThat(this.connection.reader().await(call)).isTrue();
		assertThat(call.reply()).isInstanceOf(Reply.Returned.class);
	}

	@Test
	void wordBeforeReadyFailsTheStart() throws IOException {
		say(new Reply.Pong().write(new FrameWriter(MAX_FRAME)).toBytes());
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.connection.reader().awaitReady(LONG))
			.withMessageContaining("replied without a request");
	}

	@Test
	void helperThatIsReadyGetsNoCallBeforeItIsToServe() throws Exception {
		say(new Reply.Ready(1, "net", ByteBuffer.wrap(TABLE.digest()), 1, -1, 0, "").write(new FrameWriter(MAX_FRAME))
			.toBytes());
		assertThat(this.connection.reader().awaitReady(LONG)).isNotNull();
		PendingCall call = call(LONG, 0);
		assertThat(this.connection.mayTakeCalls()).isFalse();
		assertThat(this.connection.take(call)).isFalse();
		this.connection.serve();
		assertThat(this.connection.take(call)).isTrue();
		assertThat(this.connection.send(call)).isTrue();
	}

	@Test
	void helperThatIsToBeReplacedBeforeItServesGetsNoCall() throws Exception {
		say(new Reply.Ready(1, "net", ByteBuffer.wrap(TABLE.digest()), 1, -1, 0, "").write(new FrameWriter(MAX_FRAME))
			.toBytes());
		assertThat(this.connection.reader().awaitReady(LONG)).isNotNull();
		this.connection.replace("it floods the log");
		this.connection.serve();
		assertThat(this.connection.take(call(LONG, 0))).isFalse();
		assertThat(this.connection.monitor()).hasMessage("it floods the log");
	}

	@Test
	void halfOfReadyThenSilenceDoesNotOutlastTheStartTimeout() throws IOException {
		say(hex("00000026 41 00000001"));
		assertThat(this.connection.reader().awaitReady(Duration.ofMillis(200))).isNull();
	}

	@Test
	void halfOfReadyThenEndFailsTheStart() throws IOException {
		say(hex("00000026 41 00000001"));
		this.helper.close();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.connection.reader().awaitReady(LONG))
			.withMessageContaining("within a frame");
	}

	@Test
	void halfAReplyThenSilenceDoesNotOutlastTheTimeoutOfTheCall() throws Exception {
		PendingCall call = ready(Duration.ofMillis(200));
		say(hex("00000100 42 00000000"));
		assertThat(this.connection.reader().await(call)).isFalse();
		this.connection.cancel(call, Duration.ofMillis(100));
		Throwable reason = this.connection.monitor();
		assertThat(reason).hasMessageContaining("ignored its cancellation");
		// for calls that may finish
		assertThat(this.connection.isOpen()).isTrue();
		this.connection.retire(Duration.ofMinutes(1));
		assertThat(this.slots.taken()).isZero();
		assertThat(this.connection.monitor()).hasMessageContaining("was replaced");
		this.connection.end(reason);
		assertThat(this.slots.taken()).isZero();
	}

	@Test
	void halfAReplyThenEndLosesTheCall() throws Exception {
		PendingCall call = ready();
		say(hex("00000100 42 00000000"));
		this.helper.shutdownOutput();
		assertLost(call, "within a frame");
	}

	@Test
	void helperThatReadsNothingDoesNotOutlastTheTimeoutOfTheCall() throws Exception {
		ready();
		int sent = 0;
		long begun = System.nanoTime();
		try {
			while (sent < 10_000 && takeAndSend(call(Duration.ofMillis(200), 4000))) {
				sent++;
				begun = System.nanoTime();
			}
		}
		catch (ConnectionEndedException ex) {
			assertThat(ex).hasMessageContaining("did not read a message");
		}
		assertThat(sent).isLessThan(10_000);
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(1));
	}

	@Test
	void attachmentWhoseMessageHasNotComeYetIsWaitedFor(@TempDir Path directory) throws Exception {
		this.connection.end(new IOException("not used"));
		connect(directory, MAX_LARGE_FRAME, Duration.ZERO);
		PendingCall first = ready();
		say(returned(first, 100_000));
		assertThat(this.connection.reader().await(first)).isTrue();
		PendingCall second = send(LONG, 0);
		PendingCall third = send(LONG, 0);
		// a small reply and, in the same read, an attachment without its message
		ByteBuffer answer = returned(third, 40_000);
		ByteBuffer both = ByteBuffer.allocate(50_000).put(returned(second, 1)).put(answer.slice(0, 5 + 40_000)).flip();
		say(both);
		assertThat(this.connection.reader().await(second)).isTrue();
		say(answer.position(5 + 40_000));
		assertThat(this.connection.reader().await(third)).isTrue();
		assertThat(((Reply.Returned) third.reply()).result().getBytes()).hasSize(40_000);
		assertThat(this.slots.taken()).isZero();
	}

	@Test
	void whoReadsDoesNotWaitUntilTheHelperReadsWhatIsSentForOthers() throws Exception {
		PendingCall first = ready();
		PendingCall second = send(LONG, 0);
		PendingCall third = send(LONG, 0);
		int sent = 0;
		while (sent++ < 10_000 && takeAndSend(call(Duration.ofMillis(20), 4000))) {
			// until the helper, which reads nothing, has no more room
		}
		assertThat(sent).isLessThan(10_000);
		// whose slot will be free when the first call has its reply
		takeAllOtherSlots();
		PendingCall waiting = unsent(LONG.multipliedBy(5), 1000);
		assertThat(this.slots.take(waiting)).isFalse();
		FutureTask<Boolean> reading = new FutureTask<>(() -> this.connection.reader().await(second));
		new Thread(reading).start();
		say(returned(first, 1));
		// until it was taken out of the queue; not a byte of it can be sent
		while (waiting.connection() == null && !reading.isDone()) {
			Thread.sleep(1);
		}
		assertThat(waiting.connection()).isSameAs(this.connection);
		say(returned(second, 1));
		// who waited for the helper would do so for five times as long
		assertThat(reading.get(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(second.reply()).isNotNull();
		assertThat(this.connection.isOpen()).isTrue();
		this.connection.end(new IOException("the helper ended"));
		assertThat(waiting.isUnsent()).isTrue();
		assertThat(third.isUnsent()).isFalse();
	}

	@Test
	void callOutOfTheQueueThatTheHelperCannotGetAnyMoreIsNotSent() throws Exception {
		PendingCall first = ready();
		takeAllOtherSlots();
		PendingCall waiting = unsent(LONG, 1000);
		assertThat(this.slots.take(waiting)).isFalse();
		this.helper.read(ByteBuffer.allocate(MAX_FRAME));
		say(returned(first, 1));
		this.helper.close();
		assertThat(this.connection.reader().await(first)).isTrue();
		assertThat(first.reply()).isNotNull();
		assertThat(waiting.connection()).isSameAs(this.connection);
		assertThat(this.connection.reader().await(waiting)).isTrue();
		assertThat(waiting.reply()).isNull();
		assertThat(waiting.isUnsent()).isTrue();
	}

	@Test
	void retiredHelperWithoutCallsIsNotWaitedFor(@TempDir Path directory) throws Exception {
		this.connection.end(new IOException("not used"));
		AtomicLong now = new AtomicLong();
		connect(directory, MAX_FRAME, Duration.ZERO, lifespan(null, now::get));
		PendingCall call = ready();
		say(returned(call, 1));
		assertThat(this.connection.reader().await(call)).isTrue();
		// longer than the monitor waits before it reads itself; and it sends no pings
		now.addAndGet(Duration.ofMillis(100).toNanos());
		this.connection.retire(LONG);
		assertThat(this.connection.monitor()).hasMessage("the helper was replaced");
	}

	@Test
	void callOutOfTheQueueGoesToTheNextHelperWhereThisOneMayGetNoMore(@TempDir Path directory) throws Exception {
		this.connection.end(new IOException("not used"));
		connect(directory, MAX_FRAME, Duration.ZERO, lifespan(2, System::nanoTime));
		PendingCall first = ready();
		takeAllOtherSlots();
		PendingCall second = unsent(LONG, 0);
		PendingCall third = unsent(LONG, 0);
		assertThat(this.slots.take(second)).isFalse();
		assertThat(this.slots.take(third)).isFalse();
		say(returned(first, 1));
		assertThat(this.connection.reader().await(first)).isTrue();
		assertThat(second.connection()).isSameAs(this.connection);
		assertThat(this.connection.monitor()).isNull();
		this.connection.recycle();
		say(returned(second, 1));
		assertThat(this.connection.reader().await(second)).isTrue();
		assertThat(third.isOutOfQueue()).isTrue();
		assertThat(third.connection()).isNull();
		assertThat(this.connection.take(third)).isFalse();
		// with no call in flight, there is nothing to wait for
		assertThat(this.connection.monitor()).isNull();
	}

	@Test
	void recycledHelperKeepsTheSlotsOfItsCallsAndIsReplacedIfOneIgnoresItsCancellation(@TempDir Path directory)
			throws Exception {
		this.connection.end(new IOException("not used"));
		connect(directory, MAX_FRAME, Duration.ZERO, lifespan(1, System::nanoTime));
		PendingCall call = ready(Duration.ofMillis(100));
		assertThat(this.connection.monitor()).isNull();
		this.connection.recycle();
		assertThat(this.slots.taken()).isEqualTo(1);
		assertThat(this.connection.reader().await(call)).isFalse();
		this.connection.cancel(call, Duration.ofMillis(100));
		assertThat(this.connection.monitor()).hasMessageContaining("ignored its cancellation");
		this.connection.retire(Duration.ofMinutes(1));
		assertThat(this.slots.taken()).isZero();
	}

	private void takeAllOtherSlots() {
		while (this.slots.taken() < SLOTS) {
			assertThat(this.slots.take(new PendingCall(-1, TABLE.functions().get(0), 1))).isTrue();
		}
	}

	private static ByteBuffer returned(PendingCall call, int size) {
		return Reply.Returned
			.write(new FrameWriter(MAX_LARGE_FRAME), call.id(), (body) -> body.putBytes(new byte[size]))
			.toBytes();
	}

	private PendingCall ready() throws Exception {
		return ready(LONG);
	}

	private PendingCall ready(Duration timeout) throws Exception {
		say(new Reply.Ready(1, "net", ByteBuffer.wrap(TABLE.digest()), 1, -1, 0, "").write(new FrameWriter(MAX_FRAME))
			.toBytes());
		assertThat(this.connection.reader().awaitReady(LONG)).isNotNull();
		this.connection.serve();
		return send(timeout, 0);
	}

	private PendingCall send(Duration timeout, int size) throws Exception {
		PendingCall call = call(timeout, size);
		assertThat(takeAndSend(call)).isTrue();
		return call;
	}

	private boolean takeAndSend(PendingCall call) throws ConnectionEndedException {
		assertThat(this.connection.take(call)).isTrue();
		return this.connection.send(call);
	}

	private PendingCall call(Duration timeout, int size) {
		PendingCall call = unsent(timeout, size);
		assertThat(this.slots.take(call)).isTrue();
		return call;
	}

	private PendingCall unsent(Duration timeout, int size) {
		int id = this.ids.getAndIncrement();
		PendingCall call = new PendingCall(id, TABLE.functions().get(0), timeout.toNanos());
		call.setFrame(Request.Call.write(new FrameWriter(MAX_FRAME), id, 0, (out) -> out.putBytes(new byte[size])));
		return call;
	}

	private void assertLost(PendingCall call, String message) throws InterruptedException {
		assertThat(this.connection.reader().await(call)).isTrue();
		assertThat(call.reply()).isNull();
		assertThat(call.isUnsent()).isFalse();
		assertThat(this.connection.isOpen()).isFalse();
		assertThat(this.connection.monitor()).hasMessageContaining(message);
	}

	private void say(ByteBuffer bytes) throws IOException {
		while (bytes.hasRemaining()) {
			this.helper.write(bytes);
		}
	}

	private static ByteBuffer hex(String bytes) {
		return ByteBuffer.wrap(HexFormat.of().parseHex(bytes.replace(" ", "")));
	}

	static class Functions {

		@PrivsepFunction("net")
		public void run() {
		}

	}

}
