package io.privsep.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.read.ListAppender;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.sample.Faulty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What callers and operators learn of a function that does not come back, or whose helper
 * had too little memory.
 */
class HungFunctionIntegrationTests {

	private static final String MAX_HEAP = "raise 'privsep.contexts.faulty.jvm.max-heap' of 32MB, or send less";

	private final ListAppender<ILoggingEvent> events = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.privsep.channel");

	private FaultyApplication application;

	@BeforeEach
	void start() {
		this.application = FaultyApplication.start("cancel-grace=1s", "jvm.options[0]=-Xmn2m");
		this.events.list = new CopyOnWriteArrayList<>();
		this.events.start();
		this.logger.addAppender(this.events);
	}

	@AfterEach
	void close() {
		this.logger.detachAppender(this.events);
		this.application.close();
	}

	@Test
	void timedOutCallSaysWhereTheFunctionWasAndSoDoesTheLogWhenItsHelperIsReplaced() {
		// on a busy machine the first one may be late before the function has begun
		ThrowingCallable call = () -> this.application.functions().ignoreCancellation();
		PrivsepTimeoutException failure = awaitTimeout(call,
				(late) -> late.getSuppressed().length > 0 && isIgnoring(late.getSuppressed()[0].getStackTrace()));
		assertThat(failure.getSuppressed()).singleElement().satisfies((trace) -> {
			assertThat(trace).hasMessage("where the function was when it was cancelled");
			assertThat(trace.getStackTrace()).allMatch((frame) -> frame.getClassName().startsWith("helper 'faulty'//"));
		});
		// it is no fault of the heap
		assertThat(failure).hasMessageContaining("no reply to 'Faulty.ignoreCancellation' within 100ms (helper ");
		Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.until(() -> catchThrowable(call),
					(thrown) -> List.copyOf(this.events.list)
						.stream()
						.filter((event) -> event.getFormattedMessage()
							.contains("'Faulty.ignoreCancellation' ignored its cancellation"))
						.map(ILoggingEvent::getThrowableProxy)
						.filter(Objects::nonNull)
						.anyMatch((trace) -> isIgnoring(Arrays.stream(trace.getStackTraceElementProxyArray())
							.map(StackTraceElementProxy::getStackTraceElement)
							.toArray(StackTraceElement[]::new))));
	}

	private static boolean isIgnoring(StackTraceElement[] trace) {
		StackTraceElement last = (trace.length > 0) ? trace[trace.length - 1] : null;
		return last != null && last.getClassName().endsWith("//" + Faulty.class.getName())
				&& last.getMethodName().equals("ignoreCancellation") && last.getLineNumber() > 0;
	}

	// Some run out of it at once.
	@Tag("full")
	@ParameterizedTest
	@ValueSource(strings = { "UseSerialGC", "UseParallelGC", "UseG1GC" })
	void heapThatIsTooSmallIsNamedWithEachCollectorAndItsOwnSizes(String collector) {
		this.application.close();
		this.application = FaultyApplication.start("cancel-grace=1s", "jvm.options[0]=-XX:+" + collector);
		Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.until(() -> catchThrowable(() -> this.application.functions().fillHeap()),
					(thrown) -> thrown.getMessage().contains("in use after a collection: " + MAX_HEAP)
							|| thrown.getMessage().contains("out of memory: " + MAX_HEAP));
	}

	@Test
	void heapThatIsNearlyFullIsNamedByCallerLogAndHealth() {
		PrivsepTimeoutException failure = awaitTimeout(() -> this.application.functions().fillHeap(),
				(late) -> late.getMessage().contains("nearly full"));
		String heap = "; its heap is nearly full, with \\d+MB of 3\\dMB in use after a collection: ";
		assertThat(failure.getMessage())
			.matches("Context 'faulty': no reply to 'Faulty.fillHeap' within 5s" + heap + MAX_HEAP + " \\(helper .*");
		String replaced = "helper \\d+ is replaced: 'Faulty.fillHeap' ignored its cancellation" + heap + MAX_HEAP;
		Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.until(() -> this.events.list.stream()
				.anyMatch((event) -> event.getFormattedMessage().matches("Context 'faulty': " + replaced)));
		Awaitility.await().until(() -> String.valueOf(this.application.status().lastFailure()).matches(replaced));
	}

	@Test
	void callThatIsLostAsTheHeapWasFullSaysSo() {
		PrivsepConnectionLostException failure = FaultyApplication
			.lose(() -> this.application.functions().exhaustHeap());
		assertThat(failure)
			.hasMessageContaining("the helper ended during 'Faulty.exhaustHeap', out of memory: " + MAX_HEAP);
		assertThat(failure.getCause()).hasMessage("helper ended (exit code 3): out of memory: " + MAX_HEAP);
		assertThat(this.application.status().lastFailure())
			.startsWith("helper ended (exit code 3): out of memory: " + MAX_HEAP);
	}

	@Test
	void callThatIsLostAsTheHelperWasKilledNamesTheLikelyCause(@TempDir Path directory) {
		PrivsepConnectionLostException failure = FaultyApplication.lose(() -> {
			ProcessHandle helper = this.application.helper();
			Path begun = directory.resolve("begun" + helper.pid());
			CompletableFuture<Throwable> lost = CompletableFuture
				.supplyAsync(() -> catchThrowable(() -> this.application.functions().hang(begun)));
			Awaitility.await().until(() -> lost.isDone() || Files.exists(begun));
			helper.destroyForcibly();
			throw lost.get();
		});
		String likely = "probably the system was out of memory (OOM killer): raise the memory of the unit or container,"
				+ " or lower 'privsep.contexts.faulty.jvm.max-heap' of 32MB";
		assertThat(failure).hasMessageContaining("the helper ended during 'Faulty.hang', " + likely)
			.cause()
			.hasMessage("helper ended (killed by signal 9): " + likely);
	}

	// a status of 3 alone is the function's own
	@Test
	void callThatIsLostAsTheFunctionEndsTheProcessDoesNotSpeakOfMemory() {
		PrivsepConnectionLostException failure = FaultyApplication.lose(() -> this.application.functions().exit());
		assertThat(failure).hasMessageContaining("the helper ended during 'Faulty.exit' (next helper ")
			.cause()
			.hasMessageStartingWith("helper ended (exit code 3): ");
	}

	// A late caller waits a moment for what the helper says of the cancellation, and no
	// longer: on a busy machine the next one may be luckier.
	private static PrivsepTimeoutException awaitTimeout(ThrowingCallable call,
			Predicate<PrivsepTimeoutException> isTold) {
		return (PrivsepTimeoutException) Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.until(() -> catchThrowable(call),
					(thrown) -> thrown instanceof PrivsepTimeoutException late && isTold.test(late));
	}

}
