package io.privsep.launch;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

import org.junit.jupiter.api.Test;

import io.privsep.wire.LogLine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LoggedException}.
 */
class LoggedExceptionTests {

	@Test
	void ofWhatTheJdkPrintsIsTheSameWithoutItsClasses() {
		IOException cause = new IOException("cause", new IllegalArgumentException());
		IllegalStateException exception = new IllegalStateException("a message: with a colon", cause);
		exception.addSuppressed(new IllegalStateException("suppressed", new IOException("of the suppressed one")));
		cause.addSuppressed(new IllegalStateException("deep"));
		LoggedException logged = LoggedException.of("motd", print(exception));
		assertSame(logged, exception);
		// and so printed alike
		assertThat(print(logged).lines().filter((line) -> !line.contains("\tat ")))
			.containsExactlyElementsOf(print(exception).lines().filter((line) -> !line.contains("\tat ")).toList());
	}

	private static void assertSame(Throwable logged, Throwable exception) {
		assertThat(logged).isExactlyInstanceOf(LoggedException.class).hasMessage(exception.getMessage());
		assertThat(((LoggedException) logged).type()).isEqualTo(exception.getClass().getName());
		assertThat(Arrays.stream(logged.getStackTrace()).map(LoggedExceptionTests::text)).containsExactlyElementsOf(
				Arrays.stream(exception.getStackTrace()).map(LoggedExceptionTests::text).toList());
		assertThat(logged.getSuppressed()).hasSameSizeAs(exception.getSuppressed());
		for (int i = 0; i < exception.getSuppressed().length; i++) {
			assertSame(logged.getSuppressed()[i], exception.getSuppressed()[i]);
		}
		assertThat(logged.getCause() == null).isEqualTo(exception.getCause() == null);
		if (exception.getCause() != null) {
			assertSame(logged.getCause(), exception.getCause());
		}
	}

	private static String text(StackTraceElement frame) {
		return frame.getClassName().replace("helper 'motd'//", "") + "." + frame.getMethodName() + ":"
				+ Math.max(-1, frame.getLineNumber());
	}

	@Test
	void ofTextOfAnAttackerIsPrintableAndSmall() {
		StringBuilder text = new StringBuilder("E\u001b[2J: x\n2026 INFO forged\r\n\tat a\u202e.b(c\u001b.java:1)\n");
		for (int i = 0; i < 1000; i++) {
			text.append("Caused by: y\n\tat a.b(C.java:1)\n\t... 99999 more\n")
				.append("\tSuppressed: z\n\t\t... 99999 more\n\t\t\t\tCaused by: q\n");
		}
		LoggedException logged = LoggedException.of("motd", text.toString());
		assertThat(print(logged)).hasSizeLessThan(100_000);
		assertThat(print(logged).lines()).allSatisfy((line) -> {
			assertThat(line).doesNotStartWith("2026");
			assertThat(line.codePoints().allMatch((each) -> each == '\t' || LogLine.isPrinted(each))).isTrue();
		});
	}

	@Test
	void ofAStackTraceNamesNoClassThatALoggingSystemCouldLoad() {
		StackTraceElement frame = LoggedException.of("motd", "x\n\tat java.lang.String.trim(String.java:1)")
			.getStackTrace()[0];
		assertThat(frame.getMethodName()).isEqualTo("trim");
		assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> Class.forName(frame.getClassName()));
	}

	@Test
	void ofAnExceptionWithATextOfItsOwnKeepsTheText() {
		assertThat(LoggedException.of("motd", "all is lost\n\tat a.b(C.java:1)")).hasMessage("all is lost");
		assertThat(LoggedException.of("motd", "a.B")).hasMessage(null).hasToString("a.B");
		assertThat(LoggedException.of("motd", "")).isNull();
	}

	private static String print(Throwable throwable) {
		StringWriter text = new StringWriter();
		throwable.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

}
