package io.privsep.helper;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import jakarta.validation.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.PrivsepFunction;
import io.privsep.PrivsepValidationException.Violation;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.value.UnacceptableValueException;
import io.privsep.value.ValueReader;
import io.privsep.value.ValueWriter;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.MessageTooLargeException;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;
import io.privsep.wire.Thrown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Server}, over a real connection.
 */
class ServerTests {

	private static final int MAX_CONCURRENCY = 2;

	private static final int MAX_MESSAGE = 4096;

	private static final int MAX_ELEMENTS = 1000;

	private static final FunctionTable TABLE = FunctionTable.of("test", List.of(Sample.class));

	private final FrameWriter writer = new FrameWriter(1 << 20);

	private final CompletableFuture<Void> end = new CompletableFuture<>();

	private SocketChannel application;

	private FrameReader reader;

	@BeforeEach
	void start(@TempDir Path directory) throws IOException {
		Sample.started = new CountDownLatch(1);
		Path path = directory.resolve("s");
		SocketChannel helper;
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			helper = SocketChannel.open(UnixDomainSocketAddress.of(path));
			this.application = listener.accept();
		}
		this.reader = new FrameReader(this.application, 1 << 20);
		HelperDefinition definition = new HelperDefinition("test",
				new HelperDefinition.Code(List.of(Sample.class.getName()), null), null, -1,
				new HelperDefinition.Calls(MAX_CONCURRENCY, MAX_MESSAGE, MAX_ELEMENTS),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
		Thread thread = new Thread(() -> {
			try (helper) {
				new InProcess().serve(helper, definition, getClass().getClassLoader());
				this.end.complete(null);
			}
			catch (Throwable ex) {
				this.end.completeExceptionally(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
	}

	@AfterEach
	void stop() throws IOException {
		this.application.close();
	}

	@Test
	void serveSaysReadyFirst() throws IOException {
		send(new Request.Ping().write(this.writer));
		Reply.Ready ready = (Reply.Ready) receive();
		assertThat(ready.protocol()).isEqualTo(Protocol.VERSION);
		assertThat(ready.context()).isEqualTo("test");
		assertThat(ready.digest().array()).isEqualTo(TABLE.digest());
		assertThat(ready.pid()).isEqualTo(ProcessHandle.current().pid());
		assertThat(receive()).isEqualTo(new Reply.Pong());
	}

	@Test
	void callWhenBeforeReadyGetsItsReplyAfterIt() throws IOException {
		call(1, "upper", "a");
		assertThat(receive()).isInstanceOf(Reply.Ready.class);
		assertThat(result("upper")).isEqualTo("A");
	}

	@Test
	void callWhenFunctionReturnsRepliesWithItsResult() throws IOException {
		ready();
		for (int i = 0; i < 1000; i++) {
			call(i, "upper", "a" + i);
			assertThat(result("upper")).isEqualTo("A" + i);
		}
	}

	@Test
	void callWhenFutureRepliesWithItsValue() throws IOException {
		ready();
		call(1, "later", "a");
		assertThat(result("later")).isEqualTo("later a");
	}

	@Test
	void callWhenFunctionThrowsRepliesWithItWithoutTheFramesOfTheServer() throws IOException {
		ready();
		call(5, "gone", "/a");
		Thrown thrown = threw(5);
		assertThat(thrown.type()).isEqualTo(NoSuchFileException.class.getName());
		assertThat(thrown.file()).isEqualTo("/a");
		assertThat(thrown.frames()).extracting(Thrown.StackFrame::methodName).containsExactly("inner", "gone");
		assertThat(thrown.cause()).isNotNull();
		assertThat(thrown.cause().frames()).extracting(Thrown.StackFrame::methodName).containsExactly("inner", "gone");
	}

	@Test
	void callWhenFunctionThrowsErrorRepliesWithItAndServesOn() throws IOException {
		ready();
		call(1, "recurse", "");
		assertThat(threw(1).type()).isEqualTo(StackOverflowError.class.getName());
		call(2, "link", "");
		assertThat(threw(2).type()).isEqualTo(NoClassDefFoundError.class.getName());
		call(3, "failLater", "");
		assertThat(threw(3).message()).isEqualTo("later");
		call(4, "hostileException", "");
		assertThat(threw(4).type()).isEqualTo(Hostile.class.getName());
		call(5, "upper", "a");
		assertThat(result("upper")).isEqualTo("A");
	}

	@ParameterizedTest
	@ValueSource(strings = { "message", "cause", "frames" })
	void callWhenExceptionThrowsAnErrorRepliesWithItAndServesOn(String where) throws IOException {
		ready();
		call(1, "erroneousException", where);
		assertThat(threw(1).type()).isEqualTo(Erroneous.class.getName());
		call(2, "upper", "a");
		assertThat(result("upper")).isEqualTo("A");
	}

	@Test
	void callWhenResultIsTooLargeRepliesWithThat() throws IOException {
		ready();
		call(1, "repeat", "x".repeat(100));
		Thrown tooLarge = threw(1);
		assertThat(tooLarge.type()).isEqualTo(MessageTooLargeException.class.getName());
		assertThat(tooLarge.message()).contains("max-message-size");
		call(2, "surrogate", "");
		Thrown surrogate = threw(2);
		assertThat(surrogate.type()).isEqualTo(UnacceptableValueException.class.getName());
		assertThat(surrogate.message()).contains("surrogate");
		call(3, "longMessage", "");
		assertThat(threw(3).type()).isEqualTo(IllegalStateException.class.getName());
	}

	@Test
	void callWhenFunctionIsUnknownIsRefused() throws IOException {
		ready();
		for (int number : new int[] { -1, TABLE.functions().size(), Integer.MIN_VALUE, Integer.MAX_VALUE }) {
			send(Request.Call.write(this.writer, 1, number, (out) -> out.putInt(1)));
			assertThat(receive()).isEqualTo(new Reply.Refused(1, "There is no function " + number));
		}
	}

	@Test
	void callWhenRecordDoesNotAcceptItsValueIsRefused() throws IOException {
		ready();
		assertRefused("port", "01 ffffffff", "A port is positive");
	}

	@Test
	void callWhenArgumentsAreNotAcceptableIsRefusedAndTheConnectionGoesOn() throws Exception {
		ready();
		// a byte that is no presence, an early end, bytes that are left, a text that is
		// not UTF-8, an array that is not attached
		for (String arguments : List.of("63", "", "01", "01 00000002 61", "01 00000001 61 00", "01 00000002 c0af",
				"01 7fffffff", "01 ffffffff")) {
			assertRefused("upper", arguments, "");
		}
		call(2, "block", "");
		Sample.started.await();
		assertRefused("upper", "63", "java.lang.String");
		send(new Request.Cancel(2).write(this.writer));
		assertThat(threw(2).type()).isEqualTo(InterruptedException.class.getName());
		call(3, "upper", "a");
		assertThat(result("upper")).isEqualTo("A");
	}

	@Test
	void callWhenElementsAreTooManyIsRefusedAndOfTheResultThrows() throws IOException {
		ready();
		assertRefused("count", "01 000003e9" + "00".repeat(1001), "max-elements");
		call(2, "many", "");
		assertThat(threw(2).message()).contains("max-elements");
		call(3, "upper", "a");
		assertThat(result("upper")).isEqualTo("A");
	}

	private void assertRefused(String function, String arguments, String reason) throws IOException {
		byte[] bytes = HexFormat.of().parseHex(arguments.replace(" ", ""));
		send(Request.Call.write(this.writer, 1, function(function).number(),
				(out) -> out.room(bytes.length).put(bytes)));
		Reply.Refused refused = (Reply.Refused) receive();
		assertThat(refused.id()).isEqualTo(1);
		assertThat(refused.reason()).contains(reason);
	}

	@Test
	void callThatBreaksConstraintsDoesNotRunAndTheConnectionGoesOn() throws IOException {
		ready();
		call(1, "constrained", "toolong");
		Reply.Invalid invalid = (Reply.Invalid) receive();
		assertThat(invalid.id()).isEqualTo(1);
		assertThat(invalid.violations()).extracting(Violation::path).containsExactly("text");
		assertThat(Sample.constrained).doesNotContain("toolong");
		call(2, "constrained", "fit");
		assertThat(result("constrained")).isEqualTo("fit");
		assertThat(Sample.constrained).containsOnlyOnce("fit");
	}

	@Test
	void requestWhenUnknownEndsTheConnection() throws Exception {
		ready();
		send(ByteBuffer.wrap(new byte[] { 0, 0, 0, 1, 77 }));
		assertMalformed("no request of type 77");
	}

	@Test
	void requestWhenTooLongEndsTheConnection() throws Exception {
		ready();
		send(ByteBuffer.allocate(4).putInt(MAX_MESSAGE + Protocol.OVERHEAD + 1).flip());
		assertMalformed("are allowed");
	}

	@Test
	void callWhenItsNumberIsInFlightEndsTheConnection() throws Exception {
		ready();
		call(1, "block", "");
		call(1, "block", "");
		assertMalformed("A second call with the number 1");
	}

	@Test
	void cancelInterruptsTheFunctionAndTheConnectionGoesOn() throws Exception {
		ready();
		call(1, "block", "");
		Sample.started.await();
		send(new Request.Cancel(1).write(this.writer));
		Reply.Cancelled cancelled = (Reply.Cancelled) receiveNext();
		assertThat(cancelled.id()).isEqualTo(1);
		// from where it waits to its own method, and nothing of the server
		assertThat(cancelled.frames()).extracting(Thrown.StackFrame::className)
			.contains(Sample.class.getName())
			.last()
			.isEqualTo(Sample.class.getName());
		assertThat(threw(1).type()).isEqualTo(InterruptedException.class.getName());
		call(2, "upper", "a");
		assertThat(result("upper")).isEqualTo("A");
	}

	@Test
	void cancelInterruptsTheWaitForAFuture() throws Exception {
		ready();
		call(1, "never", "");
		Sample.started.await();
		send(new Request.Cancel(1).write(this.writer));
		assertThat(threw(1).type()).isEqualTo(InterruptedException.class.getName());
	}

	@Test
	void cancelWhenFunctionEndsMeanwhileNeverHurtsTheConnection() throws IOException {
		ready();
		for (int i = 0; i < 5000; i++) {
			call(i, "interruptible", "a");
			send(new Request.Cancel(i).write(this.writer));
			Reply reply = receive();
			assertThat(reply).isInstanceOf(Reply.Returned.class);
		}
		send(new Request.Cancel(4711).write(this.writer));
		send(new Request.Ping().write(this.writer));
		assertThat(receive()).isEqualTo(new Reply.Pong());
	}

	@Test
	void cancelWhenAsManyCallsRunAsMayIsHeard() throws Exception {
		ready();
		Sample.started = new CountDownLatch(MAX_CONCURRENCY);
		call(1, "block", "");
		call(2, "block", "");
		assertThat(Sample.started.await(2, TimeUnit.MINUTES)).isTrue();
		call(3, "upper", "a");
		assertThat(receive()).isEqualTo(
				new Reply.Refused(3, "More calls than the " + MAX_CONCURRENCY + " of 'max-concurrency' at once"));
		send(new Request.Ping().write(this.writer));
		assertThat(receive()).isEqualTo(new Reply.Pong());
		send(new Request.Cancel(2).write(this.writer));
		assertThat(threw(2).type()).isEqualTo(InterruptedException.class.getName());
		call(3, "upper", "a");
		assertThat(result("upper")).isEqualTo("A");
	}

	@Test
	void shortFunctionThatBlocksOnceHoldsUpNeitherOthersNorItsCancellation() throws Exception {
		ready();
		for (int i = 0; i < 100; i++) {
			call(i, "blockIf", "no");
			assertThat(result("blockIf")).isEqualTo("no");
		}
		call(100, "blockIf", "block");
		Sample.started.await();
		call(101, "upper", "a");
		assertThat(result("upper")).isEqualTo("A");
		send(new Request.Cancel(100).write(this.writer));
		assertThat(threw(100).type()).isEqualTo(InterruptedException.class.getName());
		call(102, "upper", "b");
		assertThat(result("upper")).isEqualTo("B");
	}

	@Test
	void replyOfAShortCallDoesNotWaitForTheNextCallThatBlocks() throws Exception {
		ready();
		for (int i = 0; i < 100; i++) {
			call(i, "blockIf", "no");
			assertThat(result("blockIf")).isEqualTo("no");
		}
		// both are there when the first is served
		PrivilegedFunction function = function("blockIf");
		ByteBuffer both = ByteBuffer.allocate(1000);
		for (String argument : List.of("first", "block")) {
			both.put(Request.Call
				.write(this.writer, argument.length(), function.number(), (out) -> out.putByte(1).putString(argument))
				.toBytes());
		}
		send(both.flip());
		assertThat(result("blockIf")).isEqualTo("first");
		Sample.started.await();
		send(new Request.Cancel("block".length()).write(this.writer));
		assertThat(receive()).isInstanceOf(Reply.Threw.class);
	}

	@Test
	void callsThatComeTogetherAllGetReplies() throws Exception {
		ready();
		PrivilegedFunction function = function("upper");
		int answered = 0;
		for (int round = 0; round < 2000; round++) {
			ByteBuffer calls = ByteBuffer.allocate(1000);
			for (int i = 0; i < MAX_CONCURRENCY; i++) {
				calls.put(Request.Call.write(this.writer, i, function.number(), (out) -> out.putByte(1).putString("a"))
					.toBytes());
			}
			send(calls.flip());
			for (int i = 0; i < MAX_CONCURRENCY; i++) {
				assertThat(result("upper")).isEqualTo("A");
				answered++;
			}
		}
		assertThat(answered).isEqualTo(2000 * MAX_CONCURRENCY);
	}

	@Test
	void serveWhenConnectionEndsEndsAndInterruptsWhatRuns() throws Exception {
		ready();
		call(1, "block", "");
		Sample.started.await();
		this.application.close();
		this.end.get();
		assertThat(Sample.interrupted.await(2, TimeUnit.MINUTES)).isTrue();
		long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
		while (Thread.getAllStackTraces().keySet().stream().anyMatch((thread) -> isWorker(thread.getName()))) {
			assertThat(System.nanoTime()).isLessThan(deadline);
			Thread.sleep(10);
		}
	}

	@Test
	void callRunsInAWorkerWithTheClassLoaderOfTheBeans() throws IOException {
		ready();
		call(1, "thread", "");
		assertThat((String) result("thread")).matches("privsep-test-[1-3] true");
	}

	private static boolean isWorker(String name) {
		return name.matches("privsep-test-\\d+");
	}

	private void assertMalformed(String message) throws IOException {
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(this.end::get)
			.withCauseInstanceOf(MalformedFrameException.class)
			.withMessageContaining(message);
		assertThatExceptionOfType(EOFException.class).isThrownBy(() -> {
			while (true) {
				receive();
			}
		});
	}

	private static PrivilegedFunction function(String name) {
		return TABLE.functions()
			.stream()
			.filter((function) -> function.method().getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private void ready() throws IOException {
		assertThat(receive()).isInstanceOf(Reply.Ready.class);
	}

	private void call(int id, String name, String argument) throws IOException {
		PrivilegedFunction function = function(name);
		send(Request.Call.write(this.writer, id, function.number(),
				(out) -> ValueWriter.write(function.parameters().get(0), argument, out, MAX_ELEMENTS)));
	}

	private Object result(String name) throws IOException {
		Reply reply = receive();
		assertThat(reply).isInstanceOf(Reply.Returned.class);
		return ValueReader.read(function(name).result(), ((Reply.Returned) reply).result(), MAX_ELEMENTS);
	}

	private Thrown threw(int id) throws IOException {
		Reply reply = receive();
		assertThat(reply).isInstanceOf(Reply.Threw.class);
		assertThat(((Reply.Threw) reply).id()).isEqualTo(id);
		return ((Reply.Threw) reply).thrown();
	}

	private void send(Frame frame) throws IOException {
		send(frame.toBytes());
	}

	private void send(ByteBuffer frame) throws IOException {
		while (frame.hasRemaining()) {
			this.application.write(frame);
		}
	}

	// What is said of a call that is cancelled may come after its reply.
	private Reply receive() throws IOException {
		Reply reply = receiveNext();
		while (reply instanceof Reply.Cancelled) {
			reply = receiveNext();
		}
		return reply;
	}

	private Reply receiveNext() throws IOException {
		return Reply.read(Objects.requireNonNull(this.reader.next()));
	}

	record Port(int number) {

		Port {
			if (number <= 0) {
				throw new IllegalArgumentException("A port is positive");
			}
		}

	}

	static final class Erroneous extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final String where;

		Erroneous(String where) {
			super("m");
			this.where = where;
		}

		private void fail(String what) {
			if (what.equals(this.where)) {
				throw new LinkageError(what);
			}
		}

		@Override
		public String getMessage() {
			fail("message");
			return super.getMessage();
		}

		@Override
		public synchronized Throwable getCause() {
			fail("cause");
			return super.getCause();
		}

		@Override
		public StackTraceElement[] getStackTrace() {
			fail("frames");
			return super.getStackTrace();
		}

	}

	static final class Hostile extends RuntimeException {

		private static final long serialVersionUID = 1L;

		@Override
		public String getMessage() {
			throw new IllegalStateException("no message");
		}

		@Override
		public synchronized Throwable getCause() {
			throw new IllegalStateException("no cause");
		}

	}

	@PrivsepFunction("test")
	static class Sample {

		static volatile CountDownLatch started = new CountDownLatch(1);

		static final Queue<String> constrained = new ConcurrentLinkedQueue<>();

		static volatile CountDownLatch interrupted = new CountDownLatch(1);

		public String upper(String text) {
			return text.toUpperCase(java.util.Locale.ROOT);
		}

		public String constrained(@Size(max = 3) String text) {
			constrained.add(text);
			return text;
		}

		public CompletableFuture<String> later(String text) {
			return CompletableFuture.supplyAsync(() -> "later " + text);
		}

		public CompletableFuture<String> failLater(String text) {
			return CompletableFuture.supplyAsync(() -> {
				throw new IllegalStateException("later");
			});
		}

		public CompletableFuture<String> never(String text) {
			started.countDown();
			return new CompletableFuture<>();
		}

		public void gone(String file) throws IOException {
			inner(file);
		}

		private void inner(String file) throws IOException {
			NoSuchFileException exception = new NoSuchFileException(file);
			exception.initCause(new IllegalStateException());
			throw exception;
		}

		public void recurse(String text) {
			recurse(text);
		}

		public void link(String text) {
			throw new NoClassDefFoundError("a/B");
		}

		public void hostileException(String text) {
			throw new Hostile();
		}

		public void erroneousException(String where) {
			throw new Erroneous(where);
		}

		public String repeat(String text) {
			return text.repeat(1000);
		}

		public String surrogate(String text) {
			return "\ud800";
		}

		public void longMessage(String text) {
			throw new IllegalStateException("x".repeat(MAX_MESSAGE));
		}

		public void port(Port port) {
		}

		public int count(List<String> texts) {
			return texts.size();
		}

		public List<String> many(String text) {
			return Collections.nCopies(MAX_ELEMENTS + 1, text);
		}

		public void block(String text) throws InterruptedException {
			interrupted = new CountDownLatch(1);
			started.countDown();
			try {
				Thread.sleep(60_000);
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
				throw ex;
			}
		}

		public String blockIf(String text) throws InterruptedException {
			if (text.equals("block")) {
				block(text);
			}
			return text;
		}

		public String interruptible(String text) {
			Thread.yield();
			return text;
		}

		public String thread(String text) {
			return Thread.currentThread().getName() + " "
					+ (Thread.currentThread().getContextClassLoader() == Sample.class.getClassLoader());
		}

	}

}
