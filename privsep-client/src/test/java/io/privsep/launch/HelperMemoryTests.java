package io.privsep.launch;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.value.ValueWriter;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A helper with the heap and the bounds that it has by default, and calls that take as
 * much memory as calls may.
 */
class HelperMemoryTests {

	private static final int MAX_ELEMENTS = 250_000;

	private static final int MAX_MESSAGE = 4 << 20;

	private static final FunctionTable TABLE = FunctionTable.of("net", List.of(Functions.class));

	@Test
	void helperServesOnWhateverCallsHaveInThem() throws IOException {
		HelperDefinition definition = new HelperDefinition("net",
				new HelperDefinition.Code(List.of(Functions.class.getName()), null), null, -1,
				new HelperDefinition.Calls(2, MAX_MESSAGE, MAX_ELEMENTS),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
		HelperProcess helper = new DirectLauncher(64 << 20, List.of(), List.of()).launch(definition);
		try {
			FrameReader reader = new FrameReader(helper.connection(), Protocol.maxFrameLength(MAX_MESSAGE));
			assertThat(Reply.read(Objects.requireNonNull(reader.next()))).isInstanceOf(Reply.Ready.class);
			URI uri = URI.create("a://b/c?d#e");
			List<URI> uris = Collections.nCopies(MAX_ELEMENTS / 8, uri);
			Set<Path> set = IntStream.range(0, MAX_ELEMENTS / 2)
				.mapToObj((i) -> Path.of("a" + i))
				.collect(Collectors.toSet());
			// those that nobody but an attacker sends
			List<URI> tooMany = Collections.nCopies(200_000, uri);
			for (int i = 0; i < 4; i++) {
				if (i == 2) {
					call(helper, 2 * i, "set", set);
				}
				else {
					call(helper, 2 * i, "list", (i % 2 == 0) ? uris : tooMany);
				}
				call(helper, 2 * i + 1, "set", set);
				for (int j = 0; j < 2; j++) {
					Reply reply = Reply.read(Objects.requireNonNull(reader.next()));
					assertThat(reply).isInstanceOfAny(Reply.Returned.class, Reply.Refused.class);
					if (reply instanceof Reply.Refused refused) {
						assertThat(refused.reason()).contains("more than the 250000 elements of 'max-elements'");
						assertThat(refused.id()).isEqualTo(2 * i);
					}
				}
			}
		}
		finally {
			helper.end();
		}
	}

	private static void call(HelperProcess helper, int id, String name, Object argument) throws IOException {
		PrivilegedFunction function = TABLE.functions()
			.stream()
			.filter((each) -> each.method().getName().equals(name))
			.findFirst()
			.orElseThrow();
		ByteBuffer frame = Request.Call
			.write(new FrameWriter(Protocol.maxFrameLength(MAX_MESSAGE)), id, function.number(),
					(out) -> ValueWriter.write(function.parameters(), new Object[] { argument }, out,
							Integer.MAX_VALUE))
			.toBytes();
		while (frame.hasRemaining()) {
			helper.connection().write(frame);
		}
	}

	static class Functions {

		@PrivsepFunction("net")
		public int list(List<URI> uris) {
			return uris.size();
		}

		@PrivsepFunction("net")
		public int set(Set<Path> paths) {
			return paths.size();
		}

	}

}
