package io.privsep.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepRemoteException;
import io.privsep.sample.Faulty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What callers see of each fault of a real helper, and that the next call is served.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultIntegrationTests {

	private static final Logger logger = LoggerFactory.getLogger(FaultIntegrationTests.class);

	private FaultyApplication application;

	private Faulty functions;

	private String fault = "";

	private long injected;

	@BeforeAll
	void start() {
		this.application = FaultyApplication.start("cancel-grace=60s", "ping-interval=10s");
		this.functions = this.application.functions();
	}

	@AfterAll
	void stop() {
		if (this.application != null) {
			this.application.close();
		}
	}

	@BeforeEach
	void begin(TestInfo test) {
		this.fault = test.getDisplayName();
		this.application.helper();
		this.injected = System.nanoTime();
	}

	@Test
	void idleHelperThatIsKilledIsReplaced() {
		ProcessHandle helper = this.application.helper();
		kill(helper);
		helper.onExit().join();
		// the caller waits for the next one
		assertServedByAnother(helper);
	}

	@Test
	void helperThatIsKilledBeforeItIsReadyIsReplaced(@TempDir Path directory) throws Exception {
		try (StartGate gate = new StartGate(directory);
				FaultyApplication held = FaultyApplication.start(gate.property())) {
			ProcessHandle helper = held.helper();
			int restarts = held.status().restarts();
			Set<ProcessHandle> before = children();
			gate.shut();
			kill(helper);
			ProcessHandle next = Awaitility.await()
				.atMost(FaultyApplication.SOON)
				.until(() -> children().stream().filter((child) -> !before.contains(child)).findFirst(),
						Optional::isPresent)
				.orElseThrow();
			kill(next);
			next.onExit().join();
			gate.open();
			assertServedByAnother(held, helper);
			assertThat(held.functions().pid()).isNotEqualTo(next.pid());
			// the second one has never served
			assertThat(held.status().restarts()).isEqualTo(restarts + 1);
		}
	}

	@Test
	void helperThatIsKilledInACallLosesItAndIsReplaced(@TempDir Path directory) {
		ProcessHandle helper = this.application.helper();
		Path begun = directory.resolve("begun");
		CompletableFuture<Long> call = call(() -> this.functions.hang(begun));
		Awaitility.await().until(() -> Files.exists(begun));
		kill(helper);
		assertLost(call);
		assertServedByAnother(helper);
	}

	@Test
	void helperThatIsKilledWhileItWritesALargeReplyLosesItAndIsReplaced() throws Exception {
		ProcessHandle helper = this.application.helper();
		CompletableFuture<Integer> call = call(() -> {
			int calls = 0;
			while (calls < 100_000) {
				this.functions.large(3 << 20);
				calls++;
			}
			return calls;
		});
		Awaitility.await().until(() -> this.application.channel().running() == 1);
		// once it is stopped, the call that runs does not end
		signal("STOP", helper);
		Awaitility.await().during(Duration.ofSeconds(1)).until(() -> this.application.channel().running() == 1);
		kill(helper);
		assertLost(call);
		assertServedByAnother(helper);
	}

	@Test
	void helperThatRunsOutOfHeapLosesTheCallAndIsReplaced() {
		assertThat(loseAndReplace(this.functions::exhaustHeap))
			.hasMessageContaining("the helper ended during 'Faulty.exhaustHeap', out of memory: raise"
					+ " 'privsep.contexts.faulty.jvm.max-heap' of 32MB, or send less");
	}

	@Test
	void helperThatExitsLosesTheCallAndIsReplaced() {
		assertThat(loseAndReplace(this.functions::exit)).cause().hasMessageContaining("exit code 3");
		assertThat(this.application.status().lastFailure()).contains("exit code 3");
	}

	@Test
	void stackOverflowAndLinkageErrorReachTheCallerAndTheHelperStays() {
		long pid = this.functions.pid();
		assertThatExceptionOfType(PrivsepRemoteException.class).isThrownBy(this.functions::overflowStack)
			.withMessageContaining("StackOverflowError");
		assertThatExceptionOfType(PrivsepRemoteException.class).isThrownBy(this.functions::failToLink)
			.withMessageContaining("ExceptionInInitializerError");
		assertThatExceptionOfType(PrivsepRemoteException.class).isThrownBy(this.functions::failToLink)
			.withMessageContaining("NoClassDefFoundError");
		assertThat(this.functions.pid()).isEqualTo(pid);
	}

	@Test
	void functionFindsNoInputAndItsOutputGoesNowhere() throws Exception {
		long pid = this.functions.pid();
		assertThat(this.functions.readInput()).isEqualTo(-1);
		this.functions.closeInput();
		assertThat(this.functions.descriptor()).isEqualTo(Path.of("/dev/null"));
		this.functions.closeDescriptor();
		this.functions.print(10_000);
		assertThat(this.functions.pid()).isEqualTo(pid);
	}

	private void kill(ProcessHandle process) {
		this.injected = System.nanoTime();
		process.destroyForcibly();
	}

	private void signal(String name, ProcessHandle process) throws IOException, InterruptedException {
		this.injected = System.nanoTime();
		Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
		assertThat(kill.waitFor()).isZero();
	}

	private PrivsepConnectionLostException loseAndReplace(ThrowingCallable function) {
		AtomicReference<ProcessHandle> helper = new AtomicReference<>();
		PrivsepConnectionLostException lost = FaultyApplication.lose(() -> {
			helper.set(this.application.helper());
			this.injected = System.nanoTime();
			function.call();
		});
		assertServedByAnother(helper.get());
		return lost;
	}

	private void assertServedByAnother(ProcessHandle helper) {
		assertServedByAnother(this.application, helper);
	}

	private void assertServedByAnother(FaultyApplication application, ProcessHandle helper) {
		assertThat(application.functions().pid()).isNotEqualTo(helper.pid());
		logger.info("{}: served again after {} ms", this.fault,
				Duration.ofNanos(System.nanoTime() - this.injected).toMillis());
		assertThat(helper.onExit().completeOnTimeout(helper, 2, TimeUnit.MINUTES).join().isAlive()).isFalse();
	}

	private static Set<ProcessHandle> children() {
		return ProcessHandle.current().children().collect(Collectors.toSet());
	}

	private static void assertLost(CompletableFuture<?> call) {
		assertThatThrownBy(() -> call.get(2, TimeUnit.MINUTES)).isInstanceOf(ExecutionException.class)
			.hasCauseInstanceOf(PrivsepConnectionLostException.class);
	}

	private static <T> CompletableFuture<T> call(Callable<T> function) {
		CompletableFuture<T> result = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				result.complete(function.call());
			}
			catch (Throwable ex) {
				result.completeExceptionally(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
		return result;
	}

}
