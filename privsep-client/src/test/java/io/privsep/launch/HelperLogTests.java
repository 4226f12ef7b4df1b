package io.privsep.launch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.wire.LogLine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HelperLog}: what a helper, good or bad, can make the application log.
 */
class HelperLogTests {

	private static final String RAW = "io.privsep.helper.net";

	private static final String LOGGER = "a.helper.Motd";

	private static final OwnLoggers OWN = new OwnLoggers("net", Set.of("a.helper"), List.of("a.more"));

	private final Logger logger = (Logger) LoggerFactory.getLogger(LOGGER);

	private final Logger raw = (Logger) LoggerFactory.getLogger(RAW);

	private final ListAppender<ILoggingEvent> events = new ListAppender<>() {

		@Override
		protected void append(ILoggingEvent event) {
			// takes its MDC from this thread
			event.prepareForDeferredProcessing();
			super.append(event);
		}

	};

	private volatile boolean late;

	private final LongSupplier clock = () -> Duration.ofSeconds(this.late ? 60 : -60).toNanos();

	@BeforeEach
	void capture() {
		this.events.start();
		List.of(this.logger, this.raw).forEach((each) -> {
			each.addAppender(this.events);
			each.setAdditive(false);
		});
	}

	@AfterEach
	void release() {
		List.of(this.logger, this.raw).forEach((each) -> {
			each.detachAppender(this.events);
			each.setAdditive(true);
		});
	}

	@Test
	void eventIsLoggedUnderItsLoggerWithItsContext() {
		log(new LogLine("WARN", LOGGER, "t",
				Map.of("traceId", "4711", "spanId", "5", "privsep.own", "1", "privsep.context", "disk", "tenant",
						"../../etc", "level", "TRACE", "@timestamp", "0", "privsep", "x"),
				"hello", "", Map.of(), 0)
			.format());
		assertThat(this.events.list).hasSize(1);
		ILoggingEvent event = this.events.list.get(0);
		assertThat(event.getLevel()).isEqualTo(Level.WARN);
		assertThat(event.getLoggerName()).isEqualTo(LOGGER);
		assertThat(event.getFormattedMessage()).isEqualTo("hello");
		assertThat(event.getMDCPropertyMap()).containsExactlyInAnyOrderEntriesOf(
				Map.of("traceId", "4711", "spanId", "5", "privsep.own", "1", "privsep.context", "net"));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "\n", "\r", "\u001b[2J", "\u0000", "\u0085", "\u009b", "\u2028", "\u2029", "\u202e", "\u2066" })
	void eventCannotForgeAnotherOrCommandTheTerminal(String evil) {
		log(new LogLine("INFO", LOGGER, "t", Map.of("privsep." + evil, "v" + evil), "a" + evil + "b", "", Map.of(), 0)
			.format());
		assertThat(this.events.list).hasSize(1);
		assertThat(this.events.list.get(0).getFormattedMessage()).startsWith("a\\")
			.doesNotContain(evil.substring(0, 1));
		assertThat(this.events.list.get(0).getMDCPropertyMap())
			.allSatisfy((key, value) -> assertThat(key + value).doesNotContain(evil.substring(0, 1)));
	}

	@Test
	void eventThatComesOverTheConnectionLeavesTheContextOfItsThread() {
		MDC.put("user", "alice");
		try {
			HelperLog log = HelperLog.ofConnection(OWN);
			log.take(new LogLine("INFO", LOGGER, "main", Map.of("privsep.user", "bob"), "m", "", Map.of(), 0).format());
			log.end();
			assertThat(MDC.getCopyOfContextMap()).containsOnly(Map.entry("user", "alice"));
			assertThat(this.events.list).hasSize(1);
			assertThat(this.events.list.get(0).getThreadName()).isEqualTo("privsep-net-log");
			assertThat(this.events.list.get(0).getMDCPropertyMap()).containsOnly(Map.entry("privsep.user", "bob"),
					Map.entry("privsep.context", "net"));
		}
		finally {
			MDC.clear();
		}
	}

	@Test
	void lineThatComesOverTheConnectionDoesNotWaitForTheLog() throws Exception {
		HelperLog log = HelperLog.ofConnection(OWN);
		log.ready();
		String line = "x".repeat(LogLine.MAX_LENGTH);
		synchronized (log) {
			// as a slow appender does; in another thread, as a lock lets its owner in
			FutureTask<Void> reader = new FutureTask<>(() -> IntStream.range(0, 1000).forEach((i) -> log.take(line)),
					null);
			new Thread(reader).start();
			reader.get(1, TimeUnit.MINUTES);
		}
		log.end();
		awaitEnd(log);
		int left = this.events.list.size() - 1;
		assertThat(left).isBetween(60, 70);
		assertThat(this.events.list.get(left).getFormattedMessage())
			.startsWith((1000 - left) + " lines of the helper are left out");
	}

	@ParameterizedTest
	@CsvSource({ "a.helper.Motd, a.helper.Motd", "a.helper.Motd$Part, a.helper.Motd$Part", "a.more.b.C, a.more.b.C",
			"a.helper.sub.Motd, io.privsep.helper.net.a.helper.sub.Motd", "a.Login, io.privsep.helper.net.a.Login",
			"a.helper, io.privsep.helper.net.a.helper", "a.moreover.B, io.privsep.helper.net.a.moreover.B",
			"ROOT, io.privsep.helper.net.ROOT",
			"io.privsep.helper.disk, io.privsep.helper.net.io.privsep.helper.disk" })
	void eventOfALoggerThatIsNotItsOwnIsBelowTheContext(String named, String expected) {
		this.raw.setLevel(Level.INFO);
		Logger own = (Logger) LoggerFactory.getLogger(expected);
		own.addAppender(this.events);
		own.setAdditive(false);
		try {
			log(new LogLine("INFO", named, "t", Map.of(), "hello", "", Map.of(), 0).format());
			assertThat(this.events.list).extracting(ILoggingEvent::getLoggerName).containsExactly(expected);
		}
		finally {
			own.detachAppender(this.events);
			own.setAdditive(true);
			this.raw.setLevel(null);
		}
	}

	@Test
	void beanWithoutAPackageHasNoLoggersOfItsOwn() {
		HelperDefinition definition = new HelperDefinition("net",
				new HelperDefinition.Code(List.of("Motd", "a.B"), null), null, -1,
				new HelperDefinition.Calls(1, 1, 250_000), new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
		assertThat(OwnLoggers.of(definition, List.of()).beanPackages()).containsExactly("a");
	}

	@Test
	void eventKeepsItsKeysAndNoneThatAFormatHasItself() {
		Map<String, String> pairs = new LinkedHashMap<>();
		for (String key : List.of("user", "orderId", "log.level", "@timestamp", "message", "level", "time",
				"error.type", "privsep.context", "traceId", "_x", "stack_trace", "thread_name", "service.name")) {
			pairs.put(key, "v\n" + key);
		}
		log(new LogLine("INFO", LOGGER, "t", Map.of(), "hello", "", pairs, 0).format());
		assertThat(this.events.list.get(0).getKeyValuePairs()).allMatch((pair) -> pair.key.startsWith("privsep.event."))
			.extracting((pair) -> pair.key.substring("privsep.event.".length()))
			.containsExactly("user", "orderId", "helper.log.level", "helper.@timestamp", "helper.message",
					"helper.level", "helper.time", "helper.error.type", "helper.privsep.context", "helper.traceId",
					"helper._x", "helper.stack_trace", "helper.thread_name", "helper.service.name");
		assertThat(this.events.list.get(0).getKeyValuePairs().get(0).value).isEqualTo("v\\nuser");
	}

	@Test
	void stackTraceCannotForgeAnEvent() {
		log(new LogLine("ERROR", LOGGER, "t", Map.of(), "m", "E: x\n2026 INFO forged\r\u001b[2J\n\tat a.B", Map.of(), 0)
			.format());
		assertThat(this.events.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("m");
		assertThat(this.events.list.get(0).getThrowableProxy().getMessage())
			.isEqualTo("x\\n2026 INFO forged\\r\\u001b[2J\\n\tat a.B");
	}

	@Test
	void rawLineIsEscapedAndCut() {
		HelperLog log = log("a\u001b[31m\u202eb\r", "x".repeat(1_000_000));
		assertThat(this.events.list).extracting(ILoggingEvent::getLoggerName).containsOnly(RAW);
		assertThat(this.events.list.get(0).getFormattedMessage()).isEqualTo("a\\u001b[31m\\u202eb\\r");
		assertThat(this.events.list.get(1).getFormattedMessage()).hasSize(8195).endsWith("...");
		assertThat(log.stderrTail().get(0)).isEqualTo("a\\u001b[31m\\u202eb\\r");
		assertThat(log.stderrTail()).hasSize(2).allSatisfy((word) -> assertThat(word).hasSizeLessThan(1100));
	}

	@Test
	void eventThatNoLoggerWritesIsRaw() {
		Map<String, String> mdc = new LinkedHashMap<>();
		IntStream.range(0, 17).forEach((i) -> mdc.put("k" + i, "v"));
		String pairs = String.join("\u001d", mdc.keySet().stream().map((key) -> key + "=v").toList());
		log(new LogLine("INFO", "a b", "t", Map.of(), "m", "", Map.of(), 0).format(),
				new LogLine("INFO", "a\n2026 INFO forged", "t", Map.of(), "m", "", Map.of(), 0).format(),
				"\u001eprivsep2\u001fINFO\u001f" + LOGGER + "\u001ft\u001f" + pairs + "\u001fm\u001f\u001f\u001f0",
				"\u001eprivsep2\u001fINFO\u001f" + LOGGER + "\u001ft\u001fk=" + "v".repeat(1000)
						+ "\u001fm\u001f\u001f\u001f0");
		assertThat(this.events.list).hasSize(4).extracting(ILoggingEvent::getLoggerName).containsOnly(RAW);
	}

	@Test
	void rawLinesAreLoggedWhenTheHelperIsReadyAndNotBefore() {
		InputStream stderr = new ByteArrayInputStream("a\nb\n".getBytes(StandardCharsets.UTF_8));
		HelperLog log = HelperLog.start(OWN, stderr, this.clock, false);
		awaitEnd(log);
		assertThat(this.events.list).isEmpty();
		assertThat(log.stderrTail()).containsExactly("a", "b");
		log.ready();
		assertThat(this.events.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("a", "b");
		log.accept("c");
		assertThat(this.events.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("a", "b", "c");
	}

	@Test
	void hundredThousandLinesAreReadButNotLogged() {
		byte[] lines = (new LogLine("INFO", LOGGER, "t", Map.of(), "m", "", Map.of(), 0).format() + "\nraw line\n")
			.repeat(500)
			.getBytes(StandardCharsets.UTF_8);
		InputStream stderr = new SequenceInputStream(
				Collections.enumeration(Stream.generate(() -> new ByteArrayInputStream(lines)).limit(100).toList()));
		HelperLog log = HelperLog.start(OWN, stderr, this.clock, true);
		awaitEnd(log);
		assertThat(this.events.list).hasSize(LogRate.BURST + 1);
		assertThat(this.events.list.get(LogRate.BURST).getFormattedMessage())
			.isEqualTo("95000 lines of the helper are left out, as it writes more than 1000 a second");
		assertThat(log.stderrTail()).hasSize(30);
	}

	@Test
	void linesAreLoggedAgainAfterAPauseAndTheCountIsReportedOnce() {
		Stream<String> read = Stream.of("x\n".repeat(LogRate.BURST), "x\n".repeat(5), "late\n", "y\n".repeat(5))
			.peek((each) -> this.late |= each.equals("late\n"));
		HelperLog log = HelperLog.start(OWN, stream(read), this.clock, true);
		awaitEnd(log);
		assertThat(this.events.list).hasSize(LogRate.BURST + 7);
		assertThat(this.events.list.get(LogRate.BURST).getFormattedMessage()).startsWith("5 lines of the helper are");
		assertThat(this.events.list.get(LogRate.BURST).getLevel()).isEqualTo(Level.WARN);
		assertThat(this.events.list.subList(LogRate.BURST + 1, LogRate.BURST + 7))
			.extracting(ILoggingEvent::getFormattedMessage)
			.containsExactly("late", "y", "y", "y", "y", "y");
	}

	@Test
	void lineOfWhichAPartWasSkippedIsSkipped() {
		Stream<String> read = Stream.of("x\n".repeat(LogRate.BURST), "a", "late", "b", "c\nd\ne");
		HelperLog log = HelperLog.start(OWN, stream(read.peek((each) -> this.late |= each.equals("late"))), this.clock,
				true);
		awaitEnd(log);
		assertThat(this.events.list.subList(LogRate.BURST, this.events.list.size()))
			.extracting(ILoggingEvent::getFormattedMessage)
			.containsExactly("d", "e");
	}

	@Test
	void tailIsThatOfTheEndAlsoWhereLinesAreSkipped() {
		HelperLog log = HelperLog.start(OWN, stream(Stream.of("x\n".repeat(LogRate.BURST), "flood\n", "Killed\nbye")),
				this.clock, true);
		awaitEnd(log);
		assertThat(log.stderrTail()).endsWith("x", "Killed", "bye");
	}

	@Test
	void longLinesCountAsSeveral() {
		log(("x".repeat(LogRate.LINE_LENGTH * 4) + "\n").repeat(LogRate.BURST / 4));
		assertThat(this.events.list).hasSize(LogRate.BURST / 5 + 1);
	}

	@Test
	void lineWithoutEndIsCut() {
		HelperLog log = HelperLog.start(OWN, new Flood('x', 1 << 22), this.clock, true);
		awaitEnd(log);
		assertThat(this.events.list).extracting(ILoggingEvent::getFormattedMessage)
			.containsExactly("x".repeat(LogRate.LINE_LENGTH) + "...");
	}

	@Test
	void floodOfLineEndsCostsNoMoreThanToCountThem() {
		Flood flood = new Flood('\n', 1 << 24);
		HelperLog log = HelperLog.start(OWN, flood, this.clock, true);
		awaitEnd(log);
		assertThat(this.events.list).hasSize(LogRate.BURST + 1);
		// 16 million lines; texts of all would take some hundred megabytes
		assertThat(flood.allocated).isBetween(1L, 16L << 20);
		assertThat(Duration.ofNanos(flood.processorTime)).isLessThan(Duration.ofSeconds(10));
	}

	@Test
	void floodThatGoesOnIsToldUnlessThereIsAPause() throws Exception {
		PipedOutputStream helper = new PipedOutputStream();
		PipedInputStream stderr = new PipedInputStream(helper, 1 << 16);
		HelperLog log = HelperLog.start(OWN, stderr, this.clock, true);
		AtomicInteger told = new AtomicInteger();
		log.onFlood(100_000, told::incrementAndGet);
		helper.write("x\n".repeat(LogRate.BURST).getBytes(StandardCharsets.UTF_8));
		helper.write(new byte[90_000]);
		awaitRead(stderr);
		this.late = true;
		helper.write("\nrested\n".getBytes(StandardCharsets.UTF_8));
		helper.write("x\n".repeat(LogRate.BURST).getBytes(StandardCharsets.UTF_8));
		helper.write(new byte[90_000]);
		awaitRead(stderr);
		assertThat(told).hasValue(0);
		helper.write(new byte[20_000]);
		helper.close();
		awaitEnd(log);
		assertThat(told).hasValue(1);
	}

	@Test
	void lineThatDoesNotEndIsAFlood() {
		AtomicInteger told = new AtomicInteger();
		Flood flood = new Flood('x', 1 << 24);
		HelperLog log = HelperLog.start(OWN, new SequenceInputStream(flood.gate(), flood), this.clock, true);
		log.onFlood(1 << 20, told::incrementAndGet);
		flood.begin.countDown();
		awaitEnd(log);
		assertThat(told.get()).isBetween(14, 15);
	}

	@Test
	void rateIsThatOfTheSecondsThatPass() {
		LogRate rate = new LogRate(0);
		assertThat(IntStream.range(0, 10_000).filter((i) -> rate.take(0, 80))).hasSize(LogRate.BURST);
		long second = Duration.ofSeconds(1).toNanos();
		assertThat(IntStream.range(0, 10_000).filter((i) -> rate.take(second, 80))).hasSize(LogRate.PER_SECOND);
		assertThat(IntStream.range(0, 10_000).filter((i) -> rate.take(Long.MAX_VALUE, 80))).hasSize(LogRate.BURST);
	}

	private HelperLog log(String... lines) {
		byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
		HelperLog log = HelperLog.start(OWN, new ByteArrayInputStream(bytes), this.clock, true);
		awaitEnd(log);
		return log;
	}

	// each read reads one of the texts
	private static InputStream stream(Stream<String> texts) {
		Iterator<InputStream> streams = texts
			.<InputStream>map((text) -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
			.iterator();
		return new SequenceInputStream(new Enumeration<>() {

			@Override
			public boolean hasMoreElements() {
				return streams.hasNext();
			}

			@Override
			public InputStream nextElement() {
				return streams.next();
			}

		});
	}

	// As the thread that ends a helper is when the application is closed.
	@Test
	void endWhenInterruptedReadsTheLastLines() {
		Thread ending = Thread.currentThread();
		InputStream stderr = new InputStream() {

			private final InputStream last = new ByteArrayInputStream("farewell\n".getBytes(StandardCharsets.UTF_8));

			@Override
			public int read() throws IOException {
				while (ending.getState() != Thread.State.TIMED_WAITING && this.last.available() > 0) {
					Thread.onSpinWait();
				}
				return this.last.read();
			}

		};
		HelperLog log = HelperLog.start(OWN, stderr, this.clock, false);
		Thread.currentThread().interrupt();
		log.end();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(log.stderrTail()).containsExactly("farewell");
	}

	private static void awaitRead(InputStream stderr) throws Exception {
		while (stderr.available() > 0) {
			Thread.sleep(5);
		}
	}

	private static void awaitEnd(HelperLog log) {
		boolean ended = false;
		while (!ended) {
			ended = log.awaitEnd();
		}
	}

	/** The same character without end, or nearly so. */
	private static final class Flood extends InputStream {

		private final byte character;

		private int left;

		private final CountDownLatch begin = new CountDownLatch(1);

		private volatile long allocated;

		private volatile long processorTime;

		Flood(char character, int bytes) {
			this.character = (byte) character;
			this.left = bytes;
		}

		// Ends when the flood may begin.
		InputStream gate() {
			return new InputStream() {

				@Override
				public int read() {
					try {
						Flood.this.begin.await();
						return -1;
					}
					catch (InterruptedException ex) {
						throw new IllegalStateException(ex);
					}
				}

			};
		}

		@Override
		public int read() {
			return this.character;
		}

		@Override
		public int read(byte[] bytes, int start, int length) {
			if (this.left <= 0) {
				ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
				this.processorTime = threads.getCurrentThreadCpuTime();
				this.allocated = threads.getCurrentThreadAllocatedBytes();
				return -1;
			}
			this.left -= length;
			Arrays.fill(bytes, start, start + length, this.character);
			return length;
		}

	}

}
