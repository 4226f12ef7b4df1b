package io.privsep.helper;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import jakarta.annotation.PreDestroy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepFunction;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.wire.FrameReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What runs when a helper ends in order, and does not when its application has died.
 */
class PreDestroyTests {

	/** Taken by each bean when it is made: those of a former test may still be ending. */
	private static volatile List<String> ended = List.of();

	private static CountDownLatch blocked = new CountDownLatch(0);

	private SocketChannel application;

	private SocketChannel helper;

	@BeforeEach
	void connect(@TempDir Path directory) throws IOException {
		ended = new CopyOnWriteArrayList<>();
		blocked = new CountDownLatch(0);
		Path path = directory.resolve("s");
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			this.helper = SocketChannel.open(UnixDomainSocketAddress.of(path));
			this.application = listener.accept();
		}
	}

	@AfterEach
	void close() throws IOException {
		blocked.countDown();
		this.application.close();
		this.helper.close();
	}

	@Test
	void beansThatWereMadeLastEndFirst() throws Exception {
		CompletableFuture<Void> end = serve();
		this.application.shutdownOutput();
		end.handle((result, ex) -> null).get(1, TimeUnit.MINUTES);
		assertThat(ended).containsExactly("Outer", "Failing", "Inner");
	}

	@Test
	void applicationThatHasDiedEndsNothing() throws Exception {
		CompletableFuture<Void> end = serve();
		this.application.close();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> end.get(1, TimeUnit.MINUTES))
			.withCauseInstanceOf(IOException.class);
		assertThat(ended).isEmpty();
	}

	@Test
	void applicationThatWaitsNoLongerDoesNotHaveTheHelperWait() throws Exception {
		blocked = new CountDownLatch(1);
		CompletableFuture<Void> end = serve();
		this.application.shutdownOutput();
		FrameReader reader = new FrameReader(this.application, 1000);
		while (!ended.contains("Outer")) {
			reader.next();
		}
		this.application.close();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> end.get(1, TimeUnit.MINUTES))
			.withCauseInstanceOf(IOException.class);
		assertThat(ended).containsExactly("Outer");
	}

	private CompletableFuture<Void> serve() throws IOException {
		HelperDefinition definition = new HelperDefinition("test",
				new HelperDefinition.Code(
						List.of(Inner.class.getName(), Failing.class.getName(), Outer.class.getName()), null),
				null, -1, new HelperDefinition.Calls(1, 1000, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
		CompletableFuture<Void> end = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try (SocketChannel connection = this.helper) {
				new InProcess().serve(connection, definition, getClass().getClassLoader());
				end.complete(null);
			}
			catch (Throwable ex) {
				end.completeExceptionally(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
		// it is ready
		new FrameReader(this.application, 1 << 20).next();
		return end;
	}

	@PrivsepFunction("test")
	public static class Inner {

		private final List<String> order = ended;

		public void run() {
		}

		@PreDestroy
		void end() {
			this.order.add("Inner");
		}

	}

	@PrivsepFunction("test")
	public static class Failing {

		private final List<String> order = ended;

		Failing(Inner inner) {
		}

		public void run() {
		}

		@PreDestroy
		void end() {
			this.order.add("Failing");
			throw new IllegalStateException("This is thrown at the end");
		}

	}

	@PrivsepFunction("test")
	public static class Outer {

		private final List<String> order = ended;

		Outer(Failing failing) {
		}

		public void run() {
		}

		@PreDestroy
		void end() throws InterruptedException {
			this.order.add("Outer");
			blocked.await();
		}

	}

}
