package io.privsep.channel;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepException;
import io.privsep.PrivsepFunction;
import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.function.FunctionTable;
import io.privsep.launch.HelperProcess;
import io.privsep.launch.InProcessLauncher;
import io.privsep.launch.Launcher;
import io.privsep.linux.CFunction;
import io.privsep.linux.LingeringSocket;
import io.privsep.linux.Posix;
import io.privsep.linux.UnixSocket;
import io.privsep.value.ValueWriter;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A helper gone bad sends a descriptor along that takes an hour to close, or many that
 * take a second each. Whoever reads drops it, within the kernel, and so does whoever
 * closes the connection: no call lasts for this, the next helper takes over, and the
 * application ends.
 * <p>
 * The first helper is the bad one, the next ones are good.
 */
@Tag("full")
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.MINUTES)
class LingeringDescriptorIntegrationTests {

	private static final FunctionTable TABLE = FunctionTable.of("linger", List.of(Functions.class));

	private static final Duration LONG = Duration.ofMinutes(2);

	private static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);

	/**
	 * The timeout, the 2 s that are promised, and what a busy machine takes; without the
	 * promise it is at least twice as long.
	 */
	private static final Duration BOUND = Duration.ofMinutes(1);

	/** If each takes a second to close, all of them last for two minutes. */
	private static final int PARTS = 120;

	/** Of a frame that does not end. */
	private static final byte[] HALF_A_FRAME = HexFormat.of().parseHex("0000010042");

	private static final CFunction READ = new CFunction("read", CFunction.INT, CFunction.INT, CFunction.POINTER,
			CFunction.POINTER);

	private static final CFunction SIGMASK = new CFunction("pthread_sigmask", CFunction.INT, CFunction.INT,
			CFunction.POINTER, CFunction.POINTER);

	@TempDir
	private Path directory;

	private final AtomicBoolean isFirst = new AtomicBoolean(true);

	private final CountDownLatch mayAttack = new CountDownLatch(1);

	private final CountDownLatch attacked = new CountDownLatch(1);

	/** From now on no reply comes, although there may be more to send. */
	private volatile boolean isAttacking;

	private volatile LingeringSocket socket;

	private final Queue<LingeringSocket> others = new ConcurrentLinkedQueue<>();

	/** How many parts of an answer come, each with a socket. */
	private int parts = 1;

	private int lingerSeconds = 3600;

	/** How long a start may take, and a function may ignore its cancellation. */
	private Duration patience = LONG;

	private Channel channel;

	/** Who is to be the one that reads; {@code null} for whoever does. */
	private volatile Thread caller;

	@AfterEach
	void close() throws IOException {
		// whoever still waits in the kernel is freed
		if (this.socket != null) {
			this.socket.close();
		}
		for (LingeringSocket other : this.others) {
			other.close();
		}
		if (this.channel != null) {
			this.channel.close();
		}
	}

	@Test
	void callerOnAPlatformThreadThatReadsComesBackInTime() throws Exception {
		FutureTask<Duration> call = new FutureTask<>(this::callUntilAttacked);
		this.caller = new Thread(call);
		start(this::attackCaller, Duration.ofMillis(10));
		this.caller.start();
		assertThat(call.get()).isLessThan(BOUND);
		assertServedByTheNext();
		// it was there
		assertThat(this.channel.status().lastFailure()).contains("does not come back");
	}

	/** A thread that comes back after a second is not missed. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 3600 })
	void callerWhoseReplyHasManyPartsWithADescriptorEachComesBackInTime(int seconds) throws Exception {
		this.parts = PARTS;
		this.patience = CALL_TIMEOUT;
		this.lingerSeconds = seconds;
		FutureTask<Duration> call = new FutureTask<>(this::callUntilAttacked);
		this.caller = new Thread(call);
		start(this::attackCaller, Duration.ofMillis(10));
		this.caller.start();
		assertThat(call.get()).isLessThan(BOUND);
		assertServedByTheNext();
	}

	@Test
	void helperWhoseFirstWordHasManyPartsWithADescriptorEachDoesNotOutlastTheTimeoutOfTheStart() {
		this.parts = PARTS;
		this.patience = CALL_TIMEOUT;
		this.lingerSeconds = 1;
		long begun = System.nanoTime();
		start(this::sendSockets, Duration.ofMillis(10));
		assertThatExceptionOfType(HelperStartException.class).isThrownBy(this.channel::awaitFirstStart);
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
	}

	@Test
	void callerThatNoSignalFreesIsLeftBehind() throws Exception {
		FutureTask<Duration> call = new FutureTask<>(() -> {
			blockSignal();
			return callUntilAttacked();
		});
		this.caller = new Thread(call);
		this.caller.setDaemon(true);
		start(this::attackCaller, Duration.ofMillis(10));
		this.caller.start();
		awaitInSocket(this.caller);
		assertServedByTheNext();
		this.channel.close();
		assertThat(call.isDone()).isFalse();
		this.socket.close();
		call.get();
	}

	@Test
	void callerOnAVirtualThreadComesBackInTime() throws Exception {
		start(this::attackCaller, Duration.ofMillis(10));
		FutureTask<Duration> call = new FutureTask<>(this::callUntilAttacked);
		// Java 17 has none
		if (Runtime.version().feature() < 21) {
			new Thread(call).start();
		}
		else {
			Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, call);
		}
		assertThat(call.get()).isLessThan(BOUND);
		assertServedByTheNext();
	}

	@Test
	void contextIsDownAndThenServedByTheNextWhereTheMonitorReads() throws Exception {
		start(this::attackIdle, Duration.ofMillis(10));
		this.channel.awaitFirstStart();
		this.mayAttack.countDown();
		assertServedByTheNext();
	}

	@Test
	void contextIsDownWhereThereIsNoOtherHelper() throws Exception {
		start(this::attackIdle, LONG);
		this.channel.awaitFirstStart();
		this.mayAttack.countDown();
		while (this.channel.status().state() != ChannelState.BACKOFF || this.channel.status().lastFailure() == null) {
			Thread.sleep(10);
		}
		assertThat(this.channel.status().lastFailure()).contains("does not come back");
		assertThatExceptionOfType(PrivsepUnavailableException.class).isThrownBy(this::call);
	}

	@Test
	void descriptorThatIsDroppedWhenTheConnectionIsClosedHoldsNothingUp() throws Exception {
		start(this::attackUnread, Duration.ofMillis(10));
		this.channel.awaitFirstStart();
		this.mayAttack.countDown();
		assertServedByTheNext();
	}

	@Test
	void helperThatDoesSoBeforeItIsReadyDoesNotStart() throws Exception {
		start((fd) -> this.socket = LingeringSocket.send(fd, HALF_A_FRAME), Duration.ofMillis(10));
		assertThatExceptionOfType(HelperStartException.class).isThrownBy(this.channel::awaitFirstStart)
			.withMessageContaining("does not come back");
		while (this.channel.status().state() != ChannelState.RUNNING) {
			Thread.sleep(10);
		}
		assertThat(call()).isEqualTo(1);
	}

	@Test
	void applicationCloses() throws Exception {
		start(this::attackIdle, LONG);
		this.channel.awaitFirstStart();
		this.mayAttack.countDown();
		this.attacked.await();
		long begun = System.nanoTime();
		this.channel.close();
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
		assertThat(this.channel.status().state()).isEqualTo(ChannelState.STOPPED);
	}

	private void start(Attack attack, Duration backoff) {
		Launcher good = new InProcessLauncher(getClass().getClassLoader());
		Launcher launcher = (each) -> this.isFirst.getAndSet(false) ? launch(attack) : good.launch(each);
		this.channel = new TestContext(TABLE)
			.with(new ContextSettings.Times(CALL_TIMEOUT, CALL_TIMEOUT, this.patience, CALL_TIMEOUT, this.patience,
					Duration.ZERO))
			.backoff(backoff)
			.channel(launcher);
		this.channel.start();
	}

	// With a pair that takes descriptors, as that of an older kernel does.
	private HelperProcess launch(Attack attack) throws IOException {
		Path path = this.directory.resolve("s");
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			int fd = UnixSocket.connect(path);
			SocketChannel application = listener.accept();
			Thread helper = new Thread(() -> attack(attack, fd));
			helper.setDaemon(true);
			helper.start();
			return new HelperProcess(application, "ended");
		}
	}

	private void attack(Attack attack, int fd) {
		try {
			attack.run(fd);
			this.attacked.countDown();
			// its connection stays open, as long as that of the application
			new FrameReader(input(fd), 4096).next();
		}
		catch (IOException | InterruptedException ex) {
			// the application has ended the connection
		}
		finally {
			Posix.close(fd);
		}
	}

	private void attackIdle(int fd) throws IOException, InterruptedException {
		sayReady(fd);
		this.mayAttack.await();
		this.socket = LingeringSocket.send(fd, HALF_A_FRAME);
	}

	// More than what is read at once, and it ends the connection.
	private void attackUnread(int fd) throws IOException, InterruptedException {
		sayReady(fd);
		this.mayAttack.await();
		Posix.write(fd, new byte[1 << 16]);
		this.socket = LingeringSocket.send(fd, HALF_A_FRAME);
	}

	// The callers of quick calls mostly read themselves: when this one does.
	private void attackCaller(int fd) throws IOException, InterruptedException {
		sayReady(fd);
		FrameReader reader = new FrameReader(input(fd), 4096);
		while (true) {
			if (Request.read(reader.next()) instanceof Request.Call call) {
				if (isReading(this.caller)) {
					sendSockets(fd);
					return;
				}
				Posix.write(fd,
						bytes(Reply.Returned
							.write(new FrameWriter(64), call.id(),
									(out) -> ValueWriter.write(TABLE.functions().get(0).result(), 0, out, 1000))
							.toBytes()));
			}
		}
	}

	private void sendSockets(int fd) throws IOException {
		this.isAttacking = true;
		this.socket = LingeringSocket.send(fd, HALF_A_FRAME, this.lingerSeconds);
		for (int i = 1; i < this.parts; i++) {
			this.others.add(LingeringSocket.send(fd, new byte[1], this.lingerSeconds));
		}
	}

	private static boolean isReading(Thread caller) throws InterruptedException {
		for (int i = 0; i < 5; i++) {
			if (caller == null || Arrays.stream(caller.getStackTrace())
				.anyMatch((frame) -> frame.getMethodName().equals("awaitReadable"))) {
				return true;
			}
			Thread.sleep(1);
		}
		return false;
	}

	private static void sayReady(int fd) throws IOException {
		Posix.write(fd,
				bytes(new Reply.Ready(1, "linger", ByteBuffer.wrap(TABLE.digest()), 1, -1, 0, "")
					.write(new FrameWriter(4096))
					.toBytes()));
	}

	private static byte[] bytes(ByteBuffer buffer) {
		byte[] bytes = new byte[buffer.remaining()];
		buffer.get(bytes);
		return bytes;
	}

	private static ReadableByteChannel input(int fd) {
		return new ReadableByteChannel() {

			@Override
			public int read(ByteBuffer buffer) throws IOException {
				byte[] bytes = new byte[buffer.remaining()];
				int count = READ.check(fd, bytes, (long) bytes.length);
				buffer.put(bytes, 0, count);
				return (count > 0) ? count : -1;
			}

			@Override
			public boolean isOpen() {
				return true;
			}

			@Override
			public void close() {
				// by whoever has opened it
			}

		};
	}

	// That with which the JVM wakes threads, number 62; 0 is SIG_BLOCK.
	private static void blockSignal() {
		SIGMASK.call(0, ByteBuffer.allocate(128).order(ByteOrder.nativeOrder()).putLong(1L << 61).array(), 0L);
	}

	// How long the call took to which the helper did not reply.
	private Duration callUntilAttacked() throws Exception {
		while (true) {
			long begun = System.nanoTime();
			try {
				assertThat(call()).isEqualTo(0);
			}
			catch (PrivsepConnectionLostException | PrivsepTimeoutException ex) {
				if (this.isAttacking) {
					return Duration.ofNanos(System.nanoTime() - begun);
				}
			}
		}
	}

	private Object call() throws Exception {
		try {
			return this.channel.call(TABLE.functions().get(0), new Object[0], CALL_TIMEOUT);
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
	}

	// In a read that does not block, and takes no time but where it does not come back.
	private void awaitInSocket(Thread thread) throws InterruptedException {
		this.attacked.await();
		int looks = 0;
		while (looks < 3) {
			StackTraceElement[] stack = thread.getStackTrace();
			assertThat(stack).as("the caller is still there").isNotEmpty();
			looks = stack[0].getMethodName().equals("read0") ? looks + 1 : 0;
			Thread.sleep(5);
		}
	}

	private void assertServedByTheNext() throws Exception {
		while (this.channel.status().restarts() == 0) {
			Thread.sleep(10);
		}
		assertThat(this.channel.status().lastFailure()).isNotNull();
		assertThat(this.channel.running()).isZero();
		boolean served = false;
		while (!served) {
			try {
				assertThat(call()).isEqualTo(1);
				served = true;
			}
			catch (PrivsepException ex) {
				// it ends just now
			}
		}
		assertThat(this.channel.status().state()).isEqualTo(ChannelState.RUNNING);
	}

	/** What a helper gone bad does with its end of the connection. */
	@FunctionalInterface
	private interface Attack {

		void run(int fd) throws IOException, InterruptedException;

	}

	/** The function, which the bad helper does not run. */
	static class Functions {

		@PrivsepFunction("linger")
		public int run() {
			return 1;
		}

	}

}
