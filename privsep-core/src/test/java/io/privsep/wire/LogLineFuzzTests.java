package io.privsep.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

import com.code_intelligence.jazzer.junit.FuzzTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzz tests for {@link LogLine}: a line is an event just as one is written, and no text
 * gets out of its field.
 */
class LogLineFuzzTests {

	@FuzzTest
	void parse(byte[] input) {
		String line = new String(input, StandardCharsets.UTF_8);
		LogLine event = LogLine.parse(line);
		if (event != null) {
			assertThat(event.format()).isEqualTo(line);
			assertPrinted(LogLine.printable(event.message()));
		}
		assertPrinted(LogLine.printable(line));
	}

	@FuzzTest
	void format(byte[] input) {
		// any characters, unpaired surrogates too
		String[] texts = Arrays.copyOf(ByteBuffer.wrap(input).asCharBuffer().toString().split("\0"), 6);
		Arrays.setAll(texts, (i) -> (texts[i] != null) ? texts[i] : "");
		LogLine event = new LogLine("INFO", texts[0], cut(texts[1]), Map.of(cut(texts[2]), cut(texts[3])), texts[4],
				texts[5], Map.of(), 0);
		String line = event.format();
		assertPrinted(line.substring(1).replace("\u001f", ""));
		LogLine parsed = LogLine.parse(line);
		assertThat(parsed).isNotNull();
		assertThat(parsed.format()).isEqualTo(line);
		assertThat(parsed.thread()).isEqualTo(event.thread());
		assertThat(parsed.mdc()).isEqualTo(event.mdc());
	}

	// to what surely fits into a name
	private static String cut(String text) {
		return text.substring(0, Math.min(text.length(), 40));
	}

	private static void assertPrinted(String text) {
		assertThat(text.codePoints().filter((character) -> character != '\t' && switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
					Character.SURROGATE ->
				true;
			default -> false;
		})).isEmpty();
	}

}
