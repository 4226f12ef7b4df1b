package io.privsep.helper.log;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

import io.privsep.wire.LogLine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HelperLogProvider}.
 */
class HelperLogProviderTests {

	private final PrintStream stderr = System.err;

	private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

	@BeforeEach
	void capture() {
		System.setErr(new PrintStream(this.lines, false, StandardCharsets.UTF_8));
	}

	@AfterEach
	void restore() {
		System.setErr(this.stderr);
		LogThreshold.set("INFO");
	}

	@Test
	void loggerWritesOneLineAnEvent() {
		long before = System.currentTimeMillis();
		HelperLogProvider provider = new HelperLogProvider();
		provider.getMDCAdapter().put("privsep.context", "net");
		Logger logger = provider.getLoggerFactory().getLogger("a.B");
		logger.warn("Interface {} is\ndown {}", "eth0", 1, new IllegalStateException("\u001b[31mno"));
		logger.atInfo()
			.addKeyValue("k", "v")
			.addKeyValue("n", 2)
			.addKeyValue(null, (Object) null)
			.setCause(new IllegalStateException("why"))
			.log("fluent {}", 1);
		List<String> written = this.lines.toString(StandardCharsets.UTF_8).lines().toList();
		assertThat(written).hasSize(2);
		LogLine line = LogLine.parse(written.get(0));
		assertThat(line).isNotNull();
		assertThat(line.level()).isEqualTo("WARN");
		assertThat(line.logger()).isEqualTo("a.B");
		assertThat(line.thread()).isEqualTo(Thread.currentThread().getName());
		assertThat(line.mdc()).isEqualTo(Map.of("privsep.context", "net"));
		assertThat(line.message()).isEqualTo("Interface eth0 is\ndown 1");
		assertThat(line.stackTrace()).startsWith("java.lang.IllegalStateException: \u001b[31mno\n\tat ");
		assertThat(line.time()).isBetween(before, System.currentTimeMillis());
		LogLine fluent = LogLine.parse(written.get(1));
		assertThat(fluent).isNotNull();
		assertThat(fluent.message()).isEqualTo("fluent 1");
		assertThat(fluent.pairs()).containsExactly(Map.entry("k", "v"), Map.entry("n", "2"), Map.entry("null", "null"));
		assertThat(fluent.stackTrace()).startsWith("java.lang.IllegalStateException: why");
	}

	@Test
	void loggerWhenBelowTheLevelWritesNothing() {
		Logger logger = new HelperLogProvider().getLoggerFactory().getLogger("a.B");
		LogThreshold.set("WARN");
		logger.info("quiet");
		assertThat(logger.isInfoEnabled()).isFalse();
		assertThat(logger.isWarnEnabled()).isTrue();
		assertThat(this.lines.size()).isZero();
	}

	@Test
	void levelWhenUnknownIsInfo() {
		LogThreshold.set("LOUD");
		Logger logger = new HelperLogProvider().getLoggerFactory().getLogger("a.B");
		assertThat(logger.isDebugEnabled()).isFalse();
		assertThat(logger.isInfoEnabled()).isTrue();
	}

	@Test
	void loggerWhenExceptionCannotBePrintedWritesItsName() {
		new HelperLogProvider().getLoggerFactory().getLogger("a.B").error("m", new RuntimeException() {

			private static final long serialVersionUID = 1L;

			@Override
			public String toString() {
				throw new IllegalStateException();
			}

		});
		assertThat(this.lines.toString(StandardCharsets.UTF_8)).contains("cannot be printed");
	}

	@Test
	void loggerWhenEventIsHugeWritesOneShortLine() {
		Throwable throwable = new IllegalStateException("\n".repeat(1_000_000));
		for (int i = 0; i < 5000; i++) {
			throwable = new IllegalStateException("x".repeat(1000), throwable);
		}
		HelperLogProvider provider = new HelperLogProvider();
		for (int i = 0; i < 1000; i++) {
			provider.getMDCAdapter().put("key" + i, "\u001b".repeat(10_000));
		}
		provider.getLoggerFactory().getLogger("a.B").error("\u202e".repeat(1_000_000), throwable);
		assertThat(this.lines.size()).isLessThan(LogLine.MAX_LENGTH);
		List<String> written = this.lines.toString(StandardCharsets.UTF_8).lines().toList();
		assertThat(written).hasSize(1);
		LogLine line = LogLine.parse(written.get(0));
		assertThat(line).isNotNull();
		assertThat(line.message()).endsWith("...");
		assertThat(line.mdc()).hasSize(16);
	}

}
