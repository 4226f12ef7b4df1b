package io.privsep.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.logging.LoggersEndpoint;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerGroups;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepException;
import io.privsep.PrivsepRemoteException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.channel.HelperStartException;
import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a caller sees, the same in every mode.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CallPathTests {

	private final String mode;

	private ConfigurableApplicationContext context;

	Sample sample;

	int constructedBefore;

	private TimeZone zone;

	private Locale locale;

	CallPathTests(String mode) {
		this.mode = mode;
	}

	@BeforeAll
	void start() {
		this.constructedBefore = Sample.constructed;
		this.zone = TimeZone.getDefault();
		this.locale = Locale.getDefault();
		TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
		Locale.setDefault(Locale.forLanguageTag("de-LI"));
		this.context = new SpringApplicationBuilder(Sample.class).web(WebApplicationType.NONE)
			.sources(PrivsepAutoConfiguration.class)
			.properties("privsep.mode=" + this.mode, "privsep.contexts.sample.capabilities=",
					"privsep.contexts.sample.settings.name=it", "privsep.contexts.sample.settings.sizes=1,2",
					"privsep.contexts.sample.cancel-grace=5s",
					// on a busy machine a helper may start late
					"privsep.contexts.sample.queue-timeout=5m", "privsep.contexts.sample.start-timeout=5m",
					"spring.main.banner-mode=off")
			.run();
		this.sample = this.context.getBean(Sample.class);
	}

	@AfterAll
	void stop() {
		TimeZone.setDefault(this.zone);
		Locale.setDefault(this.locale);
		if (this.context != null) {
			this.context.close();
		}
	}

	@Test
	void callReturnsResult() {
		assertThat(this.sample.echo("grüße \uD83D\uDE00")).isEqualTo("grüße \uD83D\uDE00");
		assertThat(this.sample.echo(null)).isNull();
		this.sample.nothing();
	}

	@Test
	void callWithRecordsReturnsResult() {
		List<Sample.Item> items = List.of(new Sample.Item("a", Path.of("x/y")), new Sample.Item("b", Path.of("/z")));
		assertThat(this.sample.page(items, Optional.of("n"))).isEqualTo(new Sample.Page<>(items, Optional.of("n")));
	}

	@Test
	void callWithThreeMegabytesReturnsThem() {
		byte[] bytes = new byte[3 << 20];
		Arrays.fill(bytes, (byte) 7);
		assertThat(this.sample.bytes(bytes)).isEqualTo(bytes);
	}

	@Test
	void callWhenArgumentsAreTooLargeThrowsAndNextCallIsServed() {
		assertThatExceptionOfType(PrivsepException.class).isThrownBy(() -> this.sample.bytes(new byte[5 << 20]))
			.withMessageContaining("max-message-size");
		assertThat(this.sample.echo("x")).isEqualTo("x");
	}

	@Test
	void callWhoseResultIsTooLargeSaysThatItRanAndNextCallIsServed() {
		assertThatExceptionOfType(PrivsepException.class).isThrownBy(() -> this.sample.zeros(5 << 20))
			.withMessageContaining("'Sample.zeros' ran, but its result cannot be sent: ")
			.withMessageContaining("'privsep.contexts.sample.max-message-size' of 4194304 bytes");
		assertThat(this.sample.echo("x")).isEqualTo("x");
	}

	@Test
	void beanIsMadeWithSettingsAndInitialized() {
		assertThat(this.sample.settings()).isEqualTo(new Sample.Settings("it", List.of(1, 2)));
		assertThat(this.sample.isInitialized()).isTrue();
	}

	@Test
	void callOfFutureReturnsFuture() throws Exception {
		assertThat(this.sample.later("x").get(2, TimeUnit.MINUTES)).isEqualTo("x");
	}

	@Test
	void fileSystemExceptionKeepsFileAndReason() {
		assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> this.sample.deny(Path.of("/a")))
			.satisfies((ex) -> assertThat(ex.getFile()).isEqualTo("/a"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("because"));
	}

	@Test
	void declaredExceptionReachesCallerAsItselfWithHelpersFramesFirst() {
		assertThatExceptionOfType(Sample.SampleException.class).isThrownBy(() -> this.sample.declared("m"))
			.withMessage("m")
			.satisfies((ex) -> assertThat(ex.getCause()).isInstanceOf(IllegalStateException.class))
			.satisfies((ex) -> {
				StackTraceElement[] frames = ex.getStackTrace();
				assertThat(frames[0].getClassName()).endsWith("//" + Sample.class.getName());
				assertThat(frames[0].getMethodName()).isEqualTo("declared");
				assertThat(frames).extracting(StackTraceElement::getClassName).contains(CallPathTests.class.getName());
			});
	}

	@Test
	void undeclaredExceptionReachesCallerAsRemoteException() {
		assertThatExceptionOfType(PrivsepRemoteException.class).isThrownBy(() -> this.sample.undeclared("m"))
			.withMessageContaining("m")
			.satisfies((ex) -> assertThat(ex.remoteType()).isEqualTo(Sample.UndeclaredException.class.getName()))
			.satisfies((ex) -> assertThat(ex.function()).isEqualTo("Sample.undeclared"));
	}

	@Test
	void stackOverflowReachesCallerAsRemoteExceptionAndNextCallIsServed() {
		assertThatExceptionOfType(PrivsepRemoteException.class).isThrownBy(this.sample::overflow)
			.satisfies((ex) -> assertThat(ex.remoteType()).isEqualTo(StackOverflowError.class.getName()));
		assertThat(this.sample.echo("x")).isEqualTo("x");
	}

	@Test
	void lateCallIsCancelledAndCapacityIsRegained() {
		long pid = this.sample.pid();
		for (int i = 0; i < 6; i++) {
			// longer than this test may take: it ends by its cancellation alone
			assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(() -> this.sample.sleep(3_600_000))
				.withMessageContaining("no reply to 'Sample.sleep' within 300ms");
		}
		assertThat(this.sample.pid()).isEqualTo(pid);
	}

	@Test
	void objectMethodsAreServedByTheProxy() {
		assertThat(this.sample).isEqualTo(this.sample).hasSameHashCodeAs(this.sample);
		assertThat(this.sample.toString()).contains("Sample").contains("sample");
	}

	@Test
	void manyCallersGetTheirOwnReplies() throws Exception {
		List<Thread> threads = new java.util.ArrayList<>();
		List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
		for (int i = 0; i < 16; i++) {
			String prefix = "caller" + i + "-";
			Thread thread = new Thread(() -> {
				for (int j = 0; j < 500; j++) {
					assertThat(this.sample.echo(prefix + j)).isEqualTo(prefix + j);
				}
			});
			thread.setUncaughtExceptionHandler((t, ex) -> failures.add(ex));
			thread.start();
			threads.add(thread);
		}
		for (Thread thread : threads) {
			thread.join(60_000);
			assertThat(thread.isAlive()).isFalse();
		}
		assertThat(failures).isEmpty();
	}

	@Test
	void manyCallersOnVirtualThreadsAllGetReplies() throws Exception {
		ExecutorService callers = virtualThreads();
		try {
			List<Future<String>> answers = new ArrayList<>();
			for (int i = 0; i < 400; i++) {
				String text = "virtual" + i;
				answers.add(callers.submit(() -> this.sample.echo(text)));
			}
			for (int i = 0; i < answers.size(); i++) {
				assertThat(answers.get(i).get(2, TimeUnit.MINUTES)).isEqualTo("virtual" + i);
			}
		}
		finally {
			callers.shutdownNow();
		}
	}

	// Java 17 has none, and its own threads take their place there
	private static ExecutorService virtualThreads() throws ReflectiveOperationException {
		if (Runtime.version().feature() < 21) {
			return Executors.newCachedThreadPool();
		}
		return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
	}

	@Test
	void interruptedCallerGetsAnExceptionAndKeepsItsFlag() throws Exception {
		Thread caller = Thread.currentThread();
		Thread interrupter = new Thread(() -> {
			awaitFrame((thread) -> thread == caller, "io.privsep.connection.ReplyReader", "await");
			caller.interrupt();
		});
		interrupter.start();
		assertThatThrownBy(this.sample::sleepUntilInterrupted).hasMessageContaining("interrupted");
		assertThat(Thread.interrupted()).isTrue();
		interrupter.join();
		assertThat(this.sample.echo("x")).isEqualTo("x");
	}

	// Until such a thread is there.
	private static void awaitFrame(Predicate<Thread> thread, String type, String method) {
		Awaitility.await()
			.atMost(2, TimeUnit.MINUTES)
			.until(() -> Thread.getAllStackTraces()
				.entrySet()
				.stream()
				.filter((each) -> thread.test(each.getKey()))
				.flatMap((each) -> Arrays.stream(each.getValue()))
				.anyMatch((frame) -> frame.getClassName().equals(type) && frame.getMethodName().equals(method)));
	}

	/** With a helper in the application's own JVM. */
	static class InProcessTests extends CallPathTests {

		InProcessTests() {
			super("in-process");
		}

		@Test
		void functionRunsInThisProcess() {
			assertThat(this.sample.pid()).isEqualTo(ProcessHandle.current().pid());
			assertThat(Sample.constructed).isEqualTo(this.constructedBefore + 1);
		}

	}

	/** With a helper that is a process. */
	static class UnprivilegedTests extends CallPathTests {

		UnprivilegedTests() {
			super("unprivileged");
		}

		@Test
		void functionRunsInAnotherProcessAndConstructorOnlyThere() {
			assertThat(this.sample.pid()).isNotEqualTo(ProcessHandle.current().pid());
			assertThat(Sample.constructed).isEqualTo(this.constructedBefore);
		}

		@Test
		void helperHasNoEnvironmentButItsOwn() {
			assertThat(this.sample.environment()).containsOnlyKeys("HOME", "LANG", "PATH");
		}

		@Test
		void whatFunctionLogsIsLoggedHereUnderItsLoggerWithMdc() {
			Logger logger = (Logger) LoggerFactory.getLogger(Sample.class);
			ListAppender<ILoggingEvent> appender = new ListAppender<>();
			appender.start();
			logger.addAppender(appender);
			Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
			try {
				this.sample.log("line 1\nline 2");
				Instant returned = Instant.now();
				Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> !appender.list.isEmpty());
				ILoggingEvent event = appender.list.get(0);
				assertThat(event.getLevel()).isEqualTo(Level.WARN);
				assertThat(event.getFormattedMessage()).isEqualTo("line 1\\nline 2");
				assertThat(event.getThrowableProxy().getClassName()).isEqualTo("java.lang.IllegalStateException");
				assertThat(event.getThrowableProxy().getMessage()).isEqualTo("logged");
				assertThat(event.getThrowableProxy().getStackTraceElementProxyArray()[0].getStackTraceElement())
					.satisfies((frame) -> assertThat(frame.getClassName()).endsWith("//" + Sample.class.getName()))
					.satisfies((frame) -> assertThat(frame.getMethodName()).isEqualTo("log"));
				assertThat(event.getKeyValuePairs()).extracting((pair) -> pair.key + "=" + pair.value)
					.containsExactly("number=7");
				assertThat(event.getInstant()).isBetween(before, returned);
				assertThat(json(event)).contains("\"error.type\":\"java.lang.IllegalStateException\"")
					.contains("\"number\":\"7\"");
				assertThat(event.getMDCPropertyMap())
					.containsExactlyInAnyOrderEntriesOf(Map.of("privsep.own", "value", "privsep.context", "sample"));
				assertThat(event.getThreadName()).isEqualTo("privsep-sample-log");
			}
			finally {
				logger.detachAppender(appender);
			}
		}

		// As logging.structured.format.console=ecs has it.
		private String json(ILoggingEvent event) {
			StructuredLogEncoder encoder = new StructuredLogEncoder();
			encoder.setFormat("ecs");
			encoder.setContext(((Logger) LoggerFactory.getLogger(Sample.class)).getLoggerContext());
			encoder.getContext().putObject(Environment.class.getName(), new StandardEnvironment());
			encoder.start();
			return new String(encoder.encode(event), StandardCharsets.UTF_8).replace("\"error\":{\"type\"",
					"\"error.type\"");
		}

		@Test
		void levelThatIsChangedAtTheEndpointReachesTheHelperWithTheNextCall() {
			Logger logger = (Logger) LoggerFactory.getLogger(Sample.class);
			ListAppender<ILoggingEvent> appender = new ListAppender<>();
			appender.start();
			logger.addAppender(appender);
			LoggersEndpoint endpoint = new LoggersEndpoint(LoggingSystem.get(getClass().getClassLoader()),
					new LoggerGroups());
			try {
				assertThat(this.sample.logDebug("unheard")).isFalse();
				endpoint.configureLogLevel(Sample.class.getName(), LogLevel.DEBUG);
				assertThat(this.sample.logDebug("heard")).isTrue();
				Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> !appender.list.isEmpty());
				assertThat(appender.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("heard");
				assertThat(appender.list.get(0).getLevel()).isEqualTo(Level.DEBUG);
				endpoint.configureLogLevel(Sample.class.getName(), null);
				assertThat(this.sample.logDebug("unheard")).isFalse();
			}
			finally {
				endpoint.configureLogLevel(Sample.class.getName(), null);
				logger.detachAppender(appender);
			}
		}

		@Test
		void helperHasTheTimeZoneAndTheLocaleOfTheApplication() {
			assertThat(this.sample.zoneAndLocale()).isEqualTo("Pacific/Kiritimati de-LI");
		}

		@Test
		void helperCannotLogUnderALoggerOfTheApplication() {
			Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
			ListAppender<ILoggingEvent> appender = new ListAppender<>();
			appender.start();
			root.addAppender(appender);
			try {
				this.sample.log("forged");
				Awaitility.await()
					.atMost(2, TimeUnit.MINUTES)
					.until(() -> List.copyOf(appender.list)
						.stream()
						.anyMatch((event) -> event.getLoggerName().endsWith("com.example.security.LoginAudit")));
				assertThat(List.copyOf(appender.list))
					.filteredOn((event) -> event.getLoggerName().endsWith("com.example.security.LoginAudit"))
					.hasSize(1)
					.allSatisfy((event) -> {
						assertThat(event.getLoggerName())
							.isEqualTo("io.privsep.helper.sample.com.example.security.LoginAudit");
						assertThat(event.getThreadName()).isEqualTo("privsep-sample-log");
						assertThat(event.getFormattedMessage()).isEqualTo("forged");
					});
			}
			finally {
				root.detachAppender(appender);
			}
		}

		@Test
		void functionThatIgnoresItsCancellationHasItsHelperReplaced() {
			long pid = this.sample.pid();
			// so that nobody but the monitor is at the connection
			awaitFrame((thread) -> thread.getName().equals("privsep-sample-monitor"),
					"io.privsep.connection.SocketTransport", "awaitReadable");
			assertThatExceptionOfType(PrivsepTimeoutException.class).isThrownBy(this.sample::spin);
			awaitReplaced(pid);
		}

		@Test
		void helperThatDoesNotStopWritingMoreThanIsLoggedIsReplaced() {
			long pid = this.sample.pid();
			this.sample.flood();
			awaitReplaced(pid);
		}

		private void awaitReplaced(long pid) {
			Awaitility.await()
				.atMost(2, TimeUnit.MINUTES)
				.ignoreExceptions()
				.untilAsserted(() -> assertThat(this.sample.pid()).isNotEqualTo(pid));
			Awaitility.await()
				.atMost(2, TimeUnit.MINUTES)
				.until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
		}

		@Test
		void helperThatDiesDuringCallLosesItAndIsReplaced() {
			assertThatExceptionOfType(PrivsepConnectionLostException.class).isThrownBy(this.sample::exit)
				// for which Spring MVC would answer nothing
				.satisfies((ex) -> assertThat(ex).hasCauseInstanceOf(HelperStartException.class)
					.rootCause()
					.isInstanceOf(HelperStartException.class));
			assertThat(this.sample.echo("x")).isEqualTo("x");
		}

	}

}
