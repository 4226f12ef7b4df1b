package io.privsep.helper;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.PrivsepFunction;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.DefinitionFrame;
import io.privsep.definition.HelperDefinition;
import io.privsep.helper.audit.Audit;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an application that was taken over can do to a helper over the connection: end it,
 * and nothing else.
 */
class HostileApplicationTests {

	private static final int MAX_CONCURRENCY = 2;

	private static final int MAX_MESSAGE = 1 << 16;

	/** For a helper that waits long for its application. */
	private static final String PATIENT = "patient";

	private static final Duration FRAME_TIMEOUT = Duration.ofMillis(300);

	private static final HelperDefinition DEFINITION = new HelperDefinition("test",
			new HelperDefinition.Code(List.of(Echo.class.getName()), null), null, -1,
			new HelperDefinition.Calls(MAX_CONCURRENCY, MAX_MESSAGE, 250_000),
			new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
			new HelperDefinition.Confinement(0, false, null), null);

	private final CompletableFuture<Void> end = new CompletableFuture<>();

	private SocketChannel application;

	private FrameReader reader;

	@BeforeEach
	void start(@TempDir Path directory, TestInfo test) throws Exception {
		Path path = directory.resolve("s");
		SocketChannel helper;
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			helper = SocketChannel.open(UnixDomainSocketAddress.of(path));
			this.application = listener.accept();
		}
		this.reader = new FrameReader(this.application, 1 << 20);
		ClassLoader classLoader = getClass().getClassLoader();
		Server server = new Server(new ReplyWriter(helper),
				new FrameReader(helper, Protocol.maxFrameLength(MAX_MESSAGE)),
				PrivilegedBeans.of(DEFINITION, classLoader), DEFINITION, classLoader, Audit.OFF,
				test.getTags().contains(PATIENT) ? Duration.ofMinutes(2) : FRAME_TIMEOUT);
		Thread thread = new Thread(() -> {
			try (helper) {
				server.serve();
				this.end.complete(null);
			}
			catch (Throwable ex) {
				this.end.completeExceptionally(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
		assertThat(receive()).isInstanceOf(Reply.Ready.class);
	}

	@AfterEach
	void stop() throws IOException {
		this.application.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, MAX_MESSAGE + Protocol.OVERHEAD + 1 })
	void lengthThatIsImpossibleEndsTheHelper(int length) {
		send(ByteBuffer.allocate(4).putInt(length).flip());
		assertEnds("A frame of " + length + " bytes");
	}

	@Test
	void halfAFrameThenSilenceEndsTheHelper() {
		send(hex("00000005 02"));
		assertEnds("A frame was not complete within");
	}

	@Test
	void halfALengthThenSilenceEndsTheHelper() {
		send(hex("00"));
		assertEnds("A frame was not complete within");
	}

	@Test
	void repliesThatNobodyTakesEndTheHelper() throws IOException {
		this.application.configureBlocking(false);
		ByteBuffer pings = ByteBuffer.allocate(5 * 1000);
		while (pings.hasRemaining()) {
			pings.putInt(1).put((byte) 3);
		}
		// until neither end takes any more
		int full = 0;
		while (full < 20) {
			pings.rewind();
			try {
				full = (this.application.write(pings) == 0) ? full + 1 : 0;
			}
			catch (IOException ex) {
				// it has ended
				break;
			}
			LockSupport.parkNanos(1_000_000);
		}
		assertEnds("A reply was not taken within");
	}

	@Test
	void frameOfWhichAByteComesNowAndThenEndsTheHelper() throws InterruptedException {
		send(hex("00010000 01"));
		while (!this.end.isDone()) {
			try {
				send(hex("00"));
			}
			catch (IllegalStateException ex) {
				// it has ended
			}
			Thread.sleep(20);
		}
		assertEnds("A frame was not complete within");
	}

	@Test
	void silenceBetweenFramesMayLast() throws Exception {
		call(1, 0, "a");
		assertThat(receive()).isInstanceOf(Reply.Returned.class);
		Thread.sleep(4 * FRAME_TIMEOUT.toMillis());
		call(2, 0, "a");
		assertThat(receive()).isInstanceOf(Reply.Returned.class);
	}

	@Test
	void functionMayRunLongerThanAFrameMayTake() throws Exception {
		call(1, 1, "");
		Thread.sleep(4 * FRAME_TIMEOUT.toMillis());
		Echo.released.countDown();
		assertThat(receive()).isInstanceOf(Reply.Returned.class);
	}

	@Test
	void halfAFrameThenEndOfTheConnectionEndsTheHelper() throws Exception {
		send(hex("00000005 02"));
		this.application.shutdownOutput();
		this.end.get();
	}

	@Test
	@Tag(PATIENT)
	void callsWhoseRepliesNobodyReadsAreNotTakenIn() throws Exception {
		int calls = 10_000;
		String text = "x".repeat(1000);
		AtomicInteger sent = new AtomicInteger();
		Thread sender = new Thread(() -> {
			while (sent.get() < calls) {
				call(sent.get(), 0, text);
				sent.incrementAndGet();
			}
		});
		sender.setDaemon(true);
		sender.start();
		int before;
		do {
			before = sent.get();
			Thread.sleep(1000);
		}
		while (before == 0 || sent.get() != before);
		// what was sent lies in the sockets: the workers are all at their replies, and
		// take nothing more until one is read
		assertThat(sent.get()).isLessThan(calls);
		assertThat(this.end).isNotDone();
		Set<Integer> answered = new HashSet<>();
		while (answered.size() < calls) {
			Reply reply = receive();
			answered.add((reply instanceof Reply.Refused refused) ? refused.id() : ((Reply.Returned) reply).id());
		}
		sender.join();
	}

	@ParameterizedTest
	@ValueSource(strings = { "41 00000001 00000000 00000000 0000000000000000 00000000 0000000000000000",
			"42 00000001 00", "43 00000001", "44 00000001 00000000", "45" })
	void wordsOfAHelperEndTheHelper(String reply) {
		byte[] body = HexFormat.of().parseHex(reply.replace(" ", ""));
		send(ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).flip());
		assertEnds("There is no request of type " + body[0]);
	}

	@Test
	void definitionThatIsSentAgainEndsTheHelper() {
		send(DefinitionFrame.write(DEFINITION));
		assertEnds("There is no request of type 0");
	}

	@Test
	void callsOfOneNumberAtOnceEndTheHelper() {
		call(1, 1, "");
		call(1, 1, "");
		assertEnds("A second call with the number 1");
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 2, Integer.MIN_VALUE, Integer.MAX_VALUE })
	void functionOfNoOrOfAnotherContextIsRefused(int function) throws IOException {
		call(1, function, "");
		assertThat(receive()).isEqualTo(new Reply.Refused(1, "There is no function " + function));
	}

	@Test
	void cancellationsOfCallsThatAreNotThereAreIgnored() throws IOException {
		for (int i = 0; i < 10_000; i++) {
			send(new Request.Cancel(i).write(new FrameWriter(64)).toBytes());
		}
		send(new Request.Ping().write(new FrameWriter(64)).toBytes());
		assertThat(receive()).isEqualTo(new Reply.Pong());
	}

	private void assertEnds(String message) {
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(this.end::get)
			.withCauseInstanceOf(MalformedFrameException.class)
			.withMessageContaining(message);
	}

	private void call(int id, int function, String text) {
		send(Request.Call.write(new FrameWriter(1 << 20), id, function, (out) -> out.putByte(1).putString(text))
			.toBytes());
	}

	private void send(ByteBuffer bytes) {
		try {
			while (bytes.hasRemaining()) {
				this.application.write(bytes);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Reply receive() throws IOException {
		return Reply.read(Objects.requireNonNull(this.reader.next()));
	}

	private static ByteBuffer hex(String bytes) {
		return ByteBuffer.wrap(HexFormat.of().parseHex(bytes.replace(" ", "")));
	}

	@PrivsepFunction("test")
	static class Echo {

		static volatile CountDownLatch released = new CountDownLatch(1);

		Echo() {
			released = new CountDownLatch(1);
		}

		public String a(String text) {
			return text;
		}

		public String b(String text) throws InterruptedException {
			released.await();
			return text;
		}

	}

}
