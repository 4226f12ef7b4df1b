package io.privsep.definition;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

	private static final HelperDefinition DEFINITION = new HelperDefinition("net",
			new HelperDefinition.Code(List.of("a.B", "a.C$D"), ByteBuffer.wrap(new byte[] { 0, -1 })),
			new HelperDefinition.Rights(-2, 1, List.of(2, 3), new Capabilities(1L << 40)), 1000,
			new HelperDefinition.Calls(4, 100, 250_000), new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
			new HelperDefinition.Confinement(4096, true,
					new Sandbox(true, List.of("/a,b", "/c=d"), List.of("/e"), 1, true, 1L << 40, 2, 3)),
			new Installation("b0", "-Xmx1", true, List.of("a.B.c(int) void", "a.B.d() int"),
					new TreeMap<>(Map.of("file", "0a", "=:", "1b"))));

	@Test
	void parseWhenWrittenReturnsEqual() {
		assertThat(HelperDefinition.parse(DEFINITION.toText())).isEqualTo(DEFINITION);
	}

	@Test
	void parseWhenLeastReturnsEqual() {
		HelperDefinition least = new HelperDefinition("\u00e4 =:#!\\\n", new HelperDefinition.Code(List.of(), null),
				null, -1, new HelperDefinition.Calls(1, 1, 250_000),
				new HelperDefinition.Logging("DEBUG", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
		assertThat(HelperDefinition.parse(least.toText())).isEqualTo(least);
	}

	@Test
	void auditKindOfAFileIsNotItsName() {
		assertThat(List.of("off", "stderr", "/var/log/a.log"))
			.extracting((audit) -> new HelperDefinition("net", new HelperDefinition.Code(List.of(), null), null, -1,
					new HelperDefinition.Calls(1, 1, 250_000),
					new HelperDefinition.Logging("INFO", AuditPlace.parse(audit)),
					new HelperDefinition.Confinement(0, false, null), null)
				.logging()
				.audit()
				.kind())
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
		assertThat(read.code().settings()).isNull();
		assertThat(read).isEqualTo(new HelperDefinition("net",
				new HelperDefinition.Code(DEFINITION.code().beans(), null), DEFINITION.rights(), 1000,
				new HelperDefinition.Calls(4, 100, 250_000), new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(4096, true, DEFINITION.confinement().sandbox()),
				DEFINITION.installation()));
	}

	@Test
	void publicTextWhenNotInstalledIsEmpty() {
		assertThat(new HelperDefinition("net", new HelperDefinition.Code(List.of(), null), null, -1,
				new HelperDefinition.Calls(1, 1, 250_000), new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null)
			.publicText()).isEmpty();
	}

	@Test
	void readWhenFrameWrittenReturnsEqual() {
		ByteBuffer frame = DefinitionFrame.write(DEFINITION);
		assertThat(frame.getInt()).isEqualTo(frame.remaining());
		assertThat(HelperDefinition.read(new FrameBody(frame.slice()))).isEqualTo(DEFINITION);
	}

	@Test
	void documentationHasTheLayoutOfTheFrame() throws IOException {
		byte[] written = DefinitionFrame.write(DEFINITION).array();
		assertThat(written).isEqualTo(frame(DEFINITION.toText()));
		String page = Files.readString(Path.of("../docs/wire-protocol.md"));
		String bytes = page.lines()
			.filter((line) -> line.startsWith("| definition | `"))
			.map((line) -> line.split("`")[1].replace(" ", ""))
			.findFirst()
			.orElseThrow();
		assertThat(HexFormat.of().parseHex(bytes)).isEqualTo(frame("a=b"));
	}

	private static byte[] frame(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(8 + bytes.length).putInt(4 + bytes.length).putInt(bytes.length).put(bytes).array();
	}

	@Test
	void writeWhenSettingsAreTooLargeThrows() {
		HelperDefinition large = new HelperDefinition("net",
				new HelperDefinition.Code(List.of(), ByteBuffer.allocate(HelperDefinition.MAX_LENGTH)), null, -1,
				new HelperDefinition.Calls(1, 1, 250_000), new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
		assertThatIllegalArgumentException().isThrownBy(() -> DefinitionFrame.write(large))
			.withMessageContaining("'net'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "2147483647", "2147483648", "4294967294" })
	void userOfThePeerIsWrittenWithoutASign(String number) {
		HelperDefinition definition = new HelperDefinition("net", new HelperDefinition.Code(List.of(), null), null,
				Integer.parseUnsignedInt(number), new HelperDefinition.Calls(1, 1, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
		assertThat(definition.toText()).contains("\nclient-uid=" + number + "\n");
		assertThat(HelperDefinition.parse(definition.toText())).isEqualTo(definition);
	}

	@ParameterizedTest
	@ValueSource(strings = { "4294967295", "4294967296", "-2" })
	void parseWhenUserOfThePeerIsNoneIsRefused(String number) {
		String text = new HelperDefinition("net", new HelperDefinition.Code(List.of(), null), null, 7,
				new HelperDefinition.Calls(1, 1, 250_000), new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null)
			.toText()
			.replace("client-uid=7", "client-uid=" + number);
		assertThatExceptionOfType(InvalidDefinitionException.class).isThrownBy(() -> HelperDefinition.parse(text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "context=a", "\\u00", "context=a\nbeans=b\nclient-uid=x", "context=a\nuid=1" })
	void parseWhenIncompleteIsRefused(String text) {
		assertThatExceptionOfType(InvalidDefinitionException.class).isThrownBy(() -> HelperDefinition.parse(text));
	}

	// Whatever is not said as it has to be could be a restriction that is gone.
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			client-uid=1000       | client-uid=-1         | is '-1' in an installation
			seccomp=true          | seccomp=TRUE          | must be 'true' or 'false'
			seccomp=true          | seccomp=              | must be 'true' or 'false'
			seccomp=true          | seccopm=true          | 'seccomp' is missing
			sandbox.enabled=true  | sandbox.enabled=1     | must be 'true' or 'false'
			sandbox.enabled=true  | sandbox.enabled=false | is unknown
			sandbox.exec=true     | sandbox.exec=on       | must be 'true' or 'false'
			sandbox.network=host  | sandbox.network=no    | must be 'host' or 'none'
			log=connection        | log=file              | must be 'connection' or 'stderr'
			audit=off             | audit=no              | must be 'off', 'stderr' or an absolute path
			uid=4294967294        | ui=4294967294         | is unknown
			function.0=           | function.5=           | is unknown
			sandbox.read.0=       | sandbox.read.7=       | is unknown
			""")
	void parseWhenAKeyIsNotAsWrittenIsRefused(String written, String instead, String reason) {
		String text = "\n" + DEFINITION.toText();
		assertThat(text).contains("\n" + written);
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> HelperDefinition.parse(text.replace("\n" + written, "\n" + instead)))
			.withMessageContaining(reason);
	}

	@Test
	void parseWhenAnyLineIsMissingIsRefusedOrSaysNothingOfRestrictions() {
		for (String line : DEFINITION.toText().lines().toList()) {
			String text = DEFINITION.toText().replace(line + "\n", "");
			if (line.matches("settings=.*|setting\\..*|function\\.1=.*|sandbox\\.(read\\.1|write\\.0)=.*")) {
				HelperDefinition.parse(text);
			}
			else {
				assertThatExceptionOfType(InvalidDefinitionException.class).as(line)
					.isThrownBy(() -> HelperDefinition.parse(text));
			}
		}
	}

	// Which of the two counts would depend on their order.
	@Test
	void parseWhenAnyKeyIsThereTwiceIsRefused() {
		for (String line : DEFINITION.toText().lines().filter((each) -> !each.startsWith("#")).toList()) {
			assertThatExceptionOfType(InvalidDefinitionException.class).as(line)
				.isThrownBy(() -> HelperDefinition.parse(DEFINITION.toText() + line + "\n"))
				.withMessageEndingWith("' is there twice");
		}
	}

	@Test
	void readWhenFrameHasNoDefinitionIsMalformed() {
		ByteBuffer body = ByteBuffer.allocate(8).putInt(4).put("a=b\n".getBytes(StandardCharsets.UTF_8)).flip();
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> HelperDefinition.read(new FrameBody(body)));
	}

}
