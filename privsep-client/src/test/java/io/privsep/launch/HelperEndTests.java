package io.privsep.launch;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.PrivsepFunction;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.wire.FrameReader;
import io.privsep.wire.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How a helper process ends for an application that breaks the protocol.
 */
class HelperEndTests {

	private static final HelperDefinition DEFINITION = new HelperDefinition("net",
			new HelperDefinition.Code(List.of(Functions.class.getName()), null), null, -1,
			new HelperDefinition.Calls(2, 4096, 250_000), new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
			new HelperDefinition.Confinement(0, false, null), null);

	@ParameterizedTest
	@ValueSource(strings = { "00000000", "ffffffff", "7fffffff", "00001041", "00000001 4d", "00000002 0300",
			"00000008 01 00000000 000000", "00000006 02 0000000000" })
	void helperWhenProtocolIsBrokenSaysSoAndEndsWith76(String bytes) throws IOException {
		HelperProcess helper = start();
		send(helper.connection(), bytes);
		assertThatExceptionOfType(EOFException.class)
			.isThrownBy(() -> new FrameReader(helper.connection(), 4096).next());
		assertThat(helper.end().text()).isEqualTo("exit code 76");
		assertThat(helper.stderrTail()).anyMatch((word) -> word.startsWith("privsep: "));
	}

	@Test
	void helperWhenConnectionEndsWithinAFrameEndsQuietly() throws IOException {
		HelperProcess helper = start();
		send(helper.connection(), "00000005 02 00");
		assertThat(helper.end().text()).isEqualTo("exit code 0");
		assertThat(helper.stderrTail()).isEmpty();
	}

	private static HelperProcess start() throws IOException {
		HelperProcess helper = new DirectLauncher(64 << 20, List.of(), List.of()).launch(DEFINITION);
		FrameReader reader = new FrameReader(helper.connection(), 4096);
		assertThat(Reply.read(Objects.requireNonNull(reader.next()))).isInstanceOf(Reply.Ready.class);
		return helper;
	}

	private static void send(SocketChannel connection, String bytes) throws IOException {
		ByteBuffer frame = ByteBuffer.wrap(HexFormat.of().parseHex(bytes.replace(" ", "")));
		while (frame.hasRemaining()) {
			connection.write(frame);
		}
	}

	static class Functions {

		@PrivsepFunction("net")
		public void run() {
		}

	}

}
