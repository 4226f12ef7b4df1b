package io.privsep.helper.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import io.privsep.Audited;
import io.privsep.PrivsepFunction;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.wire.FrameBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link AuditLog} and {@link AuditLine}.
 */
class AuditTests {

	private static final FunctionTable TABLE = FunctionTable.of("net", List.of(Sample.class));

	private static final AuditLine LINE = new AuditLine("net", 1000,
			Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC));

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final Audit audit = new AuditLog(this.out, LINE);

	@Test
	void callIsAuditedBeforeAndAfter() throws IOException {
		AuditedCall call = begin("open", "eth0", 4);
		JsonNode started = line(0);
		assertThat(started.propertyNames()).containsExactly("time", "context", "helper", "peer", "sequence", "function",
				"digest", "arguments", "outcome");
		assertThat(started.get("time").asString()).isEqualTo("2026-01-02T03:04:05.678Z");
		assertThat(started.get("context").asString()).isEqualTo("net");
		assertThat(started.get("helper").asLong()).isEqualTo(ProcessHandle.current().pid());
		assertThat(started.get("peer")).hasToString("{\"uid\":1000}");
		assertThat(started.get("sequence").asInt()).isEqualTo(1);
		assertThat(started.get("function").asString())
			.isEqualTo(Sample.class.getName() + ".open(java.lang.String, int) void");
		// sha256sum of the bytes 1 2 3
		assertThat(started.get("digest").asString())
			.isEqualTo("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
		assertThat(started.get("arguments")).hasToString("{\"name\":\"eth0\"}");
		assertThat(started.get("outcome").asString()).isEqualTo("STARTED");
		this.audit.ended(call, null);
		JsonNode ended = line(1);
		assertThat(ended.get("sequence").asInt()).isEqualTo(1);
		assertThat(ended.get("arguments")).isEqualTo(started.get("arguments"));
		assertThat(ended.get("outcome").asString()).isEqualTo("SUCCESS");
		assertThat(ended.get("micros").isIntegralNumber()).isTrue();
	}

	@Test
	void principalIsAuditedAsClaimedAndCannotLookLikeAnythingElse() throws IOException {
		String name = "x\"}}\n{\"peer\":{\"uid\":0}}" + "y".repeat(1000);
		AuditedCall call = this.audit.begin(function("open"), name, this.audit.digest(body()),
				new @Nullable Object[] { "eth0", 4 });
		this.audit.ended(call, null);
		assertThat(text().lines()).hasSize(2);
		for (int i = 0; i < 2; i++) {
			assertThat(line(i).propertyNames()).contains("claimed").doesNotContain("principal");
			assertThat(line(i).get("claimed").get("principal").asString()).startsWith("x\"}}\n{").hasSizeLessThan(300);
			assertThat(line(i).get("peer")).hasToString("{\"uid\":1000}");
		}
	}

	@Test
	void whatTheFunctionThrewIsNamedWithoutItsMessage() throws IOException {
		this.audit.ended(begin("open", "eth0", 4), new IllegalStateException("secret"));
		assertThat(line(1).get("outcome").asString()).isEqualTo("ERROR");
		assertThat(line(1).get("thrown").asString()).isEqualTo("java.lang.IllegalStateException");
		assertThat(text()).doesNotContain("secret");
	}

	@Test
	void valueThatLooksLikeALineIsPartOfItsOwn() throws IOException {
		String value = "x\"}\n{\"time\":\"\u2028\u202e\u001b[0m \\ \u00fc \ud83d\ude00 \ud800";
		begin("open", value, 4);
		assertThat(text().lines()).hasSize(1);
		assertThat(text().strip().chars()).noneMatch((character) -> character < ' ' || character == 0x202e);
		assertThat(line(0).get("arguments").get("name").asString()).isEqualTo(value);
	}

	@Test
	void absentValueIsNull() throws IOException {
		begin("open", null, 4);
		assertThat(line(0).get("arguments").get("name").isNull()).isTrue();
	}

	@Test
	void longValuesAreCutSoThatALineIsOneWrite() throws IOException {
		String value = "\u0001".repeat(100_000);
		Object[] values = new Object[12];
		java.util.Arrays.fill(values, value);
		values[11] = new BigDecimal("1.5");
		begin("many", values);
		assertThat(this.out.size()).isLessThan(AuditLine.MAX_LENGTH);
		assertThat(line(0).get("arguments").get("a0").asString()).startsWith("\u0001").endsWith("...");
		assertThat(line(0).get("arguments").size()).isBetween(5, 11);
	}

	@Test
	void callThatHasNotEndedIsAuditedAtTheEndAndNotAgain() throws IOException {
		AuditedCall call = begin("open", "a", 1);
		this.audit.ended(begin("open", "b", 1), null);
		this.audit.close();
		this.audit.ended(call, null);
		List<String> outcomes = new ArrayList<>();
		for (int i = 0; i < text().lines().count(); i++) {
			outcomes.add(line(i).get("sequence").asInt() + " " + line(i).get("outcome").asString());
		}
		assertThat(outcomes).containsExactly("1 STARTED", "2 STARTED", "2 SUCCESS", "1 UNFINISHED");
	}

	@Test
	void beginWhenClosedThrows() {
		this.audit.close();
		assertThatIOException().isThrownBy(() -> begin("open", "a", 1)).withMessageContaining("ending");
		assertThat(text()).isEmpty();
	}

	@Test
	void beginWhenItCannotBeWrittenThrowsAndTheCallIsNoMore() {
		Audit full = new AuditLog(new OutputStream() {
			@Override
			public void write(int value) throws IOException {
				throw new IOException("No space left on device");
			}
		}, LINE);
		assertThatIOException()
			.isThrownBy(() -> full.begin(function("open"), null, new byte[0], new @Nullable Object[] { "a", 1 }))
			.withMessage("No space left on device");
		full.close();
	}

	@Test
	void refusedCallIsAudited() throws IOException {
		this.audit.refused(99, "There is no function 99");
		assertThat(line(0).get("outcome").asString()).isEqualTo("REFUSED");
		assertThat(line(0).get("number").asInt()).isEqualTo(99);
		assertThat(line(0).get("reason").asString()).isEqualTo("There is no function 99");
	}

	@Test
	void floodIsSlowedDownAndNothingOfItLeftOut() throws IOException {
		long start = System.nanoTime();
		int count = AuditLog.BURST + AuditLog.PER_SECOND / 10;
		for (int i = 0; i < count; i++) {
			this.audit.refused(i, "");
		}
		// a lower bound, which no load of the machine can break
		assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(90));
		assertThat(text().lines()).hasSize(count);
	}

	@Test
	void offWritesNothing() throws IOException {
		Audit off = Audit.OFF;
		assertThat(off.digest(body())).isNull();
		assertThat(off.begin(function("open"), null, null, new Object[] { "a", 1 })).isNull();
		off.ended(null, null);
		off.refused(1, "x");
		off.close();
	}

	@Test
	void digestIsOfAllThatIsLeftAndLeavesIt() {
		FrameBody body = body();
		assertThat(HexFormat.of().formatHex(AuditLine.digest(body))).startsWith("039058c6");
		body.getByte();
		assertThat(HexFormat.of().formatHex(AuditLine.digest(body))).doesNotStartWith("039058c6");
		assertThat(body.getByte()).isEqualTo(2);
	}

	private AuditedCall begin(String function, @Nullable Object... arguments) throws IOException {
		AuditedCall call = this.audit.begin(function(function), null, this.audit.digest(body()), arguments);
		assertThat(call).isNotNull();
		return call;
	}

	private static FrameBody body() {
		return new FrameBody(ByteBuffer.wrap(new byte[] { 1, 2, 3 }));
	}

	private static PrivilegedFunction function(String name) {
		return TABLE.functions()
			.stream()
			.filter((function) -> function.method().getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private String text() {
		return this.out.toString(StandardCharsets.UTF_8);
	}

	private JsonNode line(int index) {
		return new ObjectMapper().readTree(text().lines().toList().get(index));
	}

	@PrivsepFunction("net")
	static class Sample {

		public void open(@Audited String name, int secret) {
		}

		public void many(@Audited String a0, @Audited String a1, @Audited String a2, @Audited String a3,
				@Audited String a4, @Audited String a5, @Audited String a6, @Audited String a7, @Audited String a8,
				@Audited String a9, @Audited String a10, @Audited BigDecimal a11) {
		}

		public void other(Path path) {
		}

	}

}
