package io.privsep.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepFunction;
import io.privsep.definition.HelperDefinition;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How much code a helper loads until it is ready and idle. Each stream, lambda, regular
 * expression and {@code String.format} on its way is counted here.
 */
class HelperClassCountTests {

	private static final boolean IS_JDK_17 = Runtime.version().feature() < 22;

	@TempDir
	private Path directory;

	@Test
	void helperOfTextsLoadsFewClasses() throws IOException {
		assertThat(loaded(Texts.class)).hasSizeLessThanOrEqualTo(IS_JDK_17 ? 1200 : 1360);
	}

	@Test
	void helperOfRecordsLoadsFewClassesMoreAndNoneOfJacksons() throws IOException {
		List<String> loaded = loaded(Records.class);
		assertThat(loaded).hasSizeLessThanOrEqualTo(IS_JDK_17 ? 1250 : 1450);
		assertThat(loaded).noneMatch((line) -> line.contains("jackson"));
		assertThat(loaded).anyMatch((line) -> line.contains("io.privsep.value.RecordCodec "));
	}

	private List<String> loaded(Class<?> functions) throws IOException {
		Path log = this.directory.resolve(functions.getSimpleName() + ".log");
		HelperDefinition definition = new HelperDefinition("net", List.of(functions.getName()), null, -1, 2, 4096, 1000,
				"INFO", HelperDefinition.NO_AUDIT, null, false, false, null, null);
		HelperProcess helper = new DirectLauncher(64 << 20, List.of("-Xlog:class+load:file=" + log), List.of())
			.launch(definition);
		try {
			FrameReader reader = new FrameReader(helper.connection(), 4096);
			assertThat(Reply.read(Objects.requireNonNull(reader.next()))).isInstanceOf(Reply.Ready.class);
			helper.connection().write(new Request.Ping().write(new FrameWriter(100)).toBytes());
			assertThat(Reply.read(Objects.requireNonNull(reader.next()))).isInstanceOf(Reply.Pong.class);
			List<String> lines = Files.readAllLines(log);
			return lines.stream().filter((line) -> line.contains(" source: ")).toList();
		}
		finally {
			helper.end();
		}
	}

	@PrivsepFunction("net")
	static class Texts {

		public String echo(String text, int count, byte[] bytes) {
			return text;
		}

	}

	@PrivsepFunction("net")
	static class Records {

		public List<Item> echo(Item item, List<Item> items) {
			return items;
		}

	}

	record Item(int count, String text, Instant time, UUID id, List<String> texts, Map<String, Integer> counts) {
	}

}
