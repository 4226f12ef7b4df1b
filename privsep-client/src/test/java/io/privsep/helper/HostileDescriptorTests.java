package io.privsep.helper;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepFunction;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.helper.audit.Audit;
import io.privsep.linux.NativeSocket;
import io.privsep.wire.FrameReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application that was taken over sends descriptors to a helper, which does not
 * outlive its connection for that.
 */
@EnabledOnOs(OS.LINUX)
class HostileDescriptorTests {

	private static final HelperDefinition DEFINITION = new HelperDefinition("test",
			new HelperDefinition.Code(List.of(Functions.class.getName()), null), null, -1,
			new HelperDefinition.Calls(2, 4096, 250_000), new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
			new HelperDefinition.Confinement(0, false, null), null);

	/** One more than calls at once. */
	private static final int WORKERS = DEFINITION.calls().maxConcurrency() + 1;

	private static final byte[] PING = { 0, 0, 0, 1, 3 };

	private final CompletableFuture<Void> end = new CompletableFuture<>();

	/** That of the server's threads. */
	private final ThreadGroup group = new ThreadGroup("server");

	@TempDir
	private Path directory;

	@Test
	void workerThatDoesNotComeBackDoesNotKeepTheHelper() throws Exception {
		NativeSocket application = start(Duration.ofMillis(500));
		try (AutoCloseable socket = application.sendLingering(PING)) {
			assertThat(socket).isNotNull();
			application.close();
			// by the heartbeat that nobody takes
			this.end.get();
		}
	}

	@Test
	void descriptorThatKeepsTheConnectionOpenOnItsWayDoesNotKeepTheHelper() throws Exception {
		// long enough to find out that they wait
		NativeSocket application = start(Duration.ofSeconds(20));
		// until all workers wait for someone to take their answers
		do {
			application.write(PING);
		}
		while (isRead(application));
		application.sendItself();
		assertThat(this.end).isNotDone();
		application.close();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(this.end::get)
			.withMessageContaining("A reply was not taken within");
	}

	private boolean isRead(NativeSocket application) throws IOException, InterruptedException {
		int looks = 0;
		while (!application.isAllRead()) {
			// at one look they may all just be writing
			looks = isEachWorkerWriting() ? looks + 1 : 0;
			if (looks == 20) {
				return false;
			}
			Thread.sleep(1);
		}
		return true;
	}

	private boolean isEachWorkerWriting() {
		Thread[] threads = new Thread[WORKERS + 2];
		int count = this.group.enumerate(threads);
		return Stream.of(threads)
			.limit(count)
			.filter((thread) -> Stream.of(thread.getStackTrace())
				.anyMatch((frame) -> frame.getClassName().equals(ReplyWriter.class.getName())
						&& frame.getMethodName().equals("write")))
			// and one that sends heartbeats
			.count() >= WORKERS;
	}

	private NativeSocket start(Duration frameTimeout) throws Exception {
		Path path = this.directory.resolve("s");
		NativeSocket application;
		SocketChannel helper;
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			application = new NativeSocket(path);
			helper = listener.accept();
		}
		ClassLoader classLoader = getClass().getClassLoader();
		Server server = new Server(new ReplyWriter(helper), new FrameReader(helper, 4096),
				PrivilegedBeans.of(DEFINITION, classLoader), DEFINITION, classLoader, Audit.OFF, frameTimeout);
		Thread thread = new Thread(this.group, () -> serve(server));
		thread.setDaemon(true);
		thread.start();
		// it reads once it has said that it is ready
		application.write(PING);
		while (!application.isAllRead()) {
			Thread.sleep(1);
		}
		return application;
	}

	// As in Main, the connection is not closed: the process ends.
	private void serve(Server server) {
		try {
			server.serve();
			this.end.complete(null);
		}
		catch (Throwable ex) {
			this.end.completeExceptionally(ex);
		}
	}

	@PrivsepFunction("test")
	static class Functions {

		public int run() {
			return 1;
		}

	}

}
