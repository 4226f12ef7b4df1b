package io.privsep.helper;

import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.wire.FrameReader;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConnectionLog}.
 */
class ConnectionLogTests {

	private final PrintStream before = System.err;

	private SocketChannel helper;

	private SocketChannel application;

	private FrameReader reader;

	@BeforeEach
	void install(@TempDir Path directory) throws IOException {
		Path path = directory.resolve("s");
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			this.helper = SocketChannel.open(UnixDomainSocketAddress.of(path));
			this.application = listener.accept();
		}
		this.reader = new FrameReader(this.application, Protocol.maxFrameLength(Reply.Logged.MAX_LENGTH));
		System.setErr(new PrintStream(PrintStream.nullOutputStream()));
		ConnectionLog.install(new ReplyWriter(this.helper));
	}

	@AfterEach
	void restore() throws IOException {
		System.setErr(this.before);
		this.helper.close();
		this.application.close();
	}

	@Test
	void lineOfAThreadThatIsInterruptedLeavesTheConnectionOpen() throws IOException {
		Thread.currentThread().interrupt();
		System.err.println("cancelled");
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.helper.isOpen()).isTrue();
		assertThat(Reply.read(this.reader.next())).isEqualTo(new Reply.Logged("cancelled"));
	}

	@Test
	void interruptOfAThreadThatIsLoggingLeavesTheConnectionOpen() throws Exception {
		String line = "x".repeat(60_000);
		Thread function = new Thread(() -> {
			for (int i = 0; i < 20; i++) {
				System.err.println(line);
			}
		});
		function.start();
		awaitWriting(function);
		function.interrupt();
		for (int i = 0; i < 20; i++) {
			assertThat(Reply.read(this.reader.next())).isEqualTo(new Reply.Logged(line));
		}
		function.join();
		assertThat(this.helper.isOpen()).isTrue();
	}

	// Until it waits for the line that is sent for it, which the application does not
	// read.
	private static void awaitWriting(Thread function) throws InterruptedException {
		long begun = System.nanoTime();
		int looks = 0;
		while (looks < 10) {
			assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.MINUTES.toNanos(2));
			Thread.sleep(10);
			boolean isWriting = function.getState() == Thread.State.WAITING && Thread.getAllStackTraces()
				.entrySet()
				.stream()
				.anyMatch((each) -> each.getKey().getName().equals("privsep-log")
						&& Arrays.stream(each.getValue()).anyMatch((frame) -> frame.getMethodName().equals("write0")));
			looks = isWriting ? looks + 1 : 0;
		}
	}

}
