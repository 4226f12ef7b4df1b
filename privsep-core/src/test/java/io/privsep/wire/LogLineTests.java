package io.privsep.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LogLine}.
 */
class LogLineTests {

	private static final LogLine LINE = new LogLine("WARN", "a.B", "main", Map.of("k", "v"), "hello", "",
			Map.of("n", "1"), 4711);

	@Test
	void formatReturnsOneLineOfFields() {
		assertThat(LINE.format())
			.isEqualTo("\u001eprivsep2\u001fWARN\u001fa.B\u001fmain\u001fk=v\u001fhello\u001f\u001fn=1\u001f4711");
		assertThat(LogLine.parse(LINE.format())).isEqualTo(LINE);
	}

	@Test
	void parseWhenFormattedReturnsEqual() {
		Map<String, String> mdc = new LinkedHashMap<>();
		mdc.put("a=b", "c=d\u001d");
		mdc.put("", "\u001f");
		String evil = "\\n \\ \n\r\t\u0000\u001b[31m\u001d\u001e\u001f\u007f\u0085\u009b = \u20ac\ud83d\ude00\u2028";
		LogLine line = new LogLine("ERROR", evil, evil, mdc, evil, "java.lang.X: " + evil + "\n\tat a.b(C.java:1)\n",
				mdc, Long.MIN_VALUE);
		assertThat(line.format().substring(1).split("\u001f", -1)).hasSize(9);
		assertThat(line.format()).doesNotContain("\n", "\r", "\u001b");
		assertThat(LogLine.parse(line.format())).isEqualTo(line);
	}

	@Test
	void parseWhenNoMdcReturnsEmpty() {
		LogLine line = new LogLine("INFO", "a", "b", Map.of(), "", "", Map.of(), 0);
		assertThat(LogLine.parse(line.format())).isEqualTo(line);
	}

	@Test
	void formatWhenTooLongCutsEachField() {
		String huge = "\u0001".repeat(1_000_000);
		Map<String, String> mdc = new LinkedHashMap<>();
		for (int i = 0; i < 1000; i++) {
			mdc.put(i + huge, huge);
		}
		LogLine line = new LogLine("INFO", huge, huge, mdc, huge, huge, mdc, Long.MIN_VALUE);
		assertThat(line.format()).hasSizeLessThan(LogLine.MAX_LENGTH);
		LogLine parsed = LogLine.parse(line.format());
		assertThat(parsed).isNotNull();
		assertThat(parsed.message()).endsWith("...");
		assertThat(parsed.mdc()).hasSize(16)
			.allSatisfy((key, value) -> assertThat(key.length() + value.length()).isLessThan(1024));
		assertThat(parsed.format()).isEqualTo(line.format());
		String longText = "x".repeat(1_000_000);
		LogLine cut = LogLine.parse(new LogLine("INFO", "a", "b", Map.of(), longText, longText, Map.of(), 0).format());
		assertThat(cut).isNotNull();
		assertThat(cut.message()).hasSizeBetween(8000, 8192);
		assertThat(cut.stackTrace()).hasSizeBetween(16000, 16384);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "hello", "\u001e", "\u001eprivsep2",
			"\u001eprivsep9\u001fINFO\u001fa\u001fb\u001f\u001fm\u001f\u001f\u001f0",
			"\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001fm",
			"\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001fm\u001f\u001f\u001f0\u001f",
			"\u001eprivsep2\u001fLOUD\u001fa\u001fb\u001f\u001fm\u001f\u001f\u001f0",
			"\u001eprivsep2\u001fINFO\u001fa\u001fb\u001fkv\u001fm\u001f\u001f\u001f0",
			"\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001fm\\\u001f\u001f\u001f0",
			"\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001fm\\x\u001f\u001f\u001f0",
			"\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001fm\\u00\u001f",
			"\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001fm\\u-001\u001f\u001f\u001f0",
			"\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001fm\u001b[31m\u001f\u001f\u001f0",
			"\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001fm\u001f\u001f\u001f",
			"\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001fm\u001f\u001f\u001f00",
			"\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001fm\u001f\u001f\u001fx",
			"\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001fm\u001f\u001fkv\u001f0",
			"x\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001fm\u001f\u001f\u001f0" })
	void parseWhenGarbageReturnsNull(String line) {
		assertThat(LogLine.parse(line)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u0000", "\u0007", "\u001b[2J", "\u007f", "\u0085", "\u009b31m", "\u200b", "\u200e",
			"\u2028", "\u2029", "\u202e", "\u2066", "\ufeff", "\udb40\udc01", "\ud800", "\udc00", "\n", "\r" })
	void formatAndPrintableEscapeWhatIsNotPrinted(String evil) {
		LogLine line = new LogLine("INFO", evil, evil, Map.of("a" + evil, "b" + evil), evil, evil,
				Map.of("c" + evil, "d" + evil), 0);
		assertThat(line.format()).doesNotContain(evil.substring(0, 1));
		assertThat(LogLine.parse(line.format())).isEqualTo(line);
		assertThat(LogLine.printable("a" + evil + "b")).doesNotContain(evil.substring(0, 1))
			.startsWith("a\\")
			.endsWith("b");
	}

	@Test
	void printableKeepsWhatIsPrinted() {
		String text = "C:\\temp\tGr\u00fc\u00dfe = \u20ac \u05e9\u05dc\u05d5\u05dd \ud83d\ude00";
		assertThat(LogLine.printable(text)).isEqualTo(text);
		assertThat(LogLine.printable("a\nb\u202e")).isEqualTo("a\\nb\\u202e");
	}

	@Test
	void printableCutsAtCharacterThatIsWholeAndCutsNoMoreAfterThat() {
		for (int length = 1; length < 40; length++) {
			String printable = LogLine.printable("a".repeat(length) + "\ud83d\ude00\n\u202e" + "b".repeat(40), 20);
			assertThat(printable).hasSizeLessThanOrEqualTo(20)
				.matches("a+(\ud83d\ude00)?(\\\\n)?(\\\\u202e)?b*\\.\\.\\.");
			assertThat(LogLine.printable(printable, 20)).isEqualTo(printable);
		}
	}

	@Test
	void parseWhenFieldIsLongerThanFormatWritesReturnsNull() {
		String text = "x".repeat(9000);
		assertThat(LogLine.parse("\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f\u001f" + text + "\u001f\u001f\u001f0"))
			.isNull();
		assertThat(
				LogLine.parse("\u001eprivsep2\u001fINFO\u001fa\u001fb\u001fk=" + text + "\u001fm\u001f\u001f\u001f0"))
			.isNull();
		assertThat(
				LogLine.parse("\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f" + text + "=v\u001fm\u001f\u001f\u001f0"))
			.isNull();
		assertThat(LogLine.parse("\u001eprivsep2\u001fINFO\u001f" + text + "\u001fb\u001f\u001fm\u001f\u001f\u001f0"))
			.isNull();
	}

	@Test
	void parseWhenTooLongReturnsNull() {
		assertThat(LogLine.parse(LINE.format() + "x".repeat(LogLine.MAX_LENGTH))).isNull();
		String pairs = "a=b\u001d".repeat(17);
		assertThat(LogLine.parse("\u001eprivsep2\u001fINFO\u001fa\u001fb\u001f" + pairs + "\u001fm\u001f\u001f\u001f0"))
			.isNull();
	}

	@Test
	void parseWhenMutatedNeverThrows() {
		Random random = new Random(4711);
		StringBuilder line = new StringBuilder(
				new LogLine("INFO", "a\n", "b", Map.of("k", "v", "l", "w"), "m\u0001", "s\t", Map.of(), 0).format());
		for (int i = 0; i < 20_000; i++) {
			StringBuilder mutated = new StringBuilder(line);
			for (int changes = 0; changes < 3; changes++) {
				mutated.setCharAt(random.nextInt(mutated.length()), (char) random.nextInt(128));
			}
			LogLine parsed = LogLine.parse(mutated.toString());
			if (parsed != null) {
				assertThat(LogLine.parse(parsed.format())).isEqualTo(parsed);
			}
		}
	}

}
