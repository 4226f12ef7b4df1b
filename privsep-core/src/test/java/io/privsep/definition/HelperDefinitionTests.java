package io.privsep.definition;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.definition.HelperDefinition.Installation;
import io.privsep.rights.Capabilities;
import io.privsep.wire.FrameBody;
import io.privsep.wire.MalformedFrameException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link HelperDefinition} and {@link DefinitionFrame}.
 */
class HelperDefinitionTests {

	private static final HelperDefinition DEFINITION = new HelperDefinition("net", List.of("a.B", "a.C$D"),
			new HelperDefinition.Rights(-2, 1, List.of(2, 3), new Capabilities(1L << 40)), 1000, 4, 100, 250_000,
			"INFO", HelperDefinition.NO_AUDIT, ByteBuffer.wrap(new byte[] { 0, -1 }), true, true,
			new Sandbox(true, List.of("/a,b", "/c=d"), List.of("/e"), 1, true, 1L << 40, 2, 3),
			new Installation("b0", "-Xmx1", true, List.of("a.B.c(int) void", "a.B.d() int"),
					new TreeMap<>(Map.of("file", "0a", "=:", "1b"))));

	@Test
	void parseWhenWrittenReturnsEqual() {
		assertThat(HelperDefinition.parse(DEFINITION.toText())).isEqualTo(DEFINITION);
	}

	@Test
	void parseWhenLeastReturnsEqual() {
		HelperDefinition least = new HelperDefinition("\u00e4 =:#!\\\n", List.of(), null, -1, 1, 1, 250_000, "DEBUG",
				HelperDefinition.NO_AUDIT, null, false, false, null, null);
		assertThat(HelperDefinition.parse(least.toText())).isEqualTo(least);
	}

	@Test
	void auditKindOfAFileIsNotItsName() {
		assertThat(List.of("off", "stderr", "/var/log/a.log"))
			.extracting((audit) -> new HelperDefinition("net", List.of(), null, -1, 1, 1, 250_000, "INFO", audit, null,
					false, false, null, null)
				.auditKind())
			.containsExactly("off", "stderr", "file");
	}

	@Test
	void toTextIsTheSameEachTime() {
		assertThat(DEFINITION.toText()).isEqualTo(DEFINITION.toText())
			.doesNotContain("#")
			.startsWith("audit=off\nbeans=");
	}

	@Test
	void publicTextHasAllButTheSettings() {
		HelperDefinition read = HelperDefinition.parse(DEFINITION.publicText());
		assertThat(read.settings()).isNull();
		assertThat(read).isEqualTo(
				new HelperDefinition("net", DEFINITION.beans(), DEFINITION.rights(), 1000, 4, 100, 250_000, "INFO",
						HelperDefinition.NO_AUDIT, null, true, true, DEFINITION.sandbox(), DEFINITION.installation()));
	}

	@Test
	void publicTextWhenNotInstalledIsEmpty() {
		assertThat(new HelperDefinition("net", List.of(), null, -1, 1, 1, 250_000, "INFO", HelperDefinition.NO_AUDIT,
				null, true, false, null, null)
			.publicText()).isEmpty();
	}

	@Test
	void readWhenFrameWrittenReturnsEqual() {
		ByteBuffer frame = DefinitionFrame.write(DEFINITION);
		assertThat(frame.getInt()).isEqualTo(frame.remaining());
		assertThat(DefinitionFrame.read(new FrameBody(frame.slice()))).isEqualTo(DEFINITION);
	}

	@Test
	void writeWhenSettingsAreTooLargeThrows() {
		HelperDefinition large = new HelperDefinition("net", List.of(), null, -1, 1, 1, 250_000, "INFO",
				HelperDefinition.NO_AUDIT, ByteBuffer.allocate(HelperDefinition.MAX_LENGTH), false, false, null, null);
		assertThatIllegalArgumentException().isThrownBy(() -> DefinitionFrame.write(large))
			.withMessageContaining("'net'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "2147483647", "2147483648", "4294967294" })
	void userOfThePeerIsWrittenWithoutASign(String number) {
		HelperDefinition definition = new HelperDefinition("net", List.of(), null, Integer.parseUnsignedInt(number), 1,
				1, 250_000, "INFO", HelperDefinition.NO_AUDIT, null, true, false, null, null);
		assertThat(definition.toText()).contains("\nclient-uid=" + number + "\n");
		assertThat(HelperDefinition.parse(definition.toText())).isEqualTo(definition);
	}

	@ParameterizedTest
	@ValueSource(strings = { "4294967295", "4294967296", "-2" })
	void parseWhenUserOfThePeerIsNoneIsMalformed(String number) {
		String text = new HelperDefinition("net", List.of(), null, 7, 1, 1, 250_000, "INFO", HelperDefinition.NO_AUDIT,
				null, true, false, null, null)
			.toText()
			.replace("client-uid=7", "client-uid=" + number);
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> HelperDefinition.parse(text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "context=a", "\\u00", "context=a\nbeans=b\nclient-uid=x", "context=a\nuid=1" })
	void parseWhenIncompleteIsMalformed(String text) {
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> HelperDefinition.parse(text));
	}

}
