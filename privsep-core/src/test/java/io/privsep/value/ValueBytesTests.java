package io.privsep.value;

import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.privsep.value.Samples.Circle;
import io.privsep.value.Samples.Color;
import io.privsep.value.Samples.Point;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ValueCodec}: every byte of its values.
 */
class ValueBytesTests {

	static Stream<Arguments> values() {
		return Stream.of(Arguments.of("`boolean` true", boolean.class, true, "01"),
				Arguments.of("`byte` -1", byte.class, (byte) -1, "ff"),
				Arguments.of("`short` 2", short.class, (short) 2, "0002"),
				Arguments.of("`char` €", char.class, '\u20ac', "20ac"),
				Arguments.of("`int` 3", int.class, 3, "00000003"),
				Arguments.of("`long` -1", long.class, -1L, "ffffffffffffffff"),
				Arguments.of("`float` 1", float.class, 1f, "3f800000"),
				Arguments.of("`double` 1", double.class, 1d, "3ff0000000000000"),
				Arguments.of("`Integer` 3", Integer.class, 3, "01 00000003"),
				Arguments.of("`String` ä", String.class, "\u00e4", "01 00000002 c3a4"),
				Arguments.of("`byte[]`", byte[].class, new byte[] { 9, 8 }, "01 00000002 0908"),
				Arguments.of("`BigInteger` -1", BigInteger.class, BigInteger.ONE.negate(), "01 00000001 ff"),
				Arguments.of("`BigDecimal` 1.28", BigDecimal.class, new BigDecimal("1.28"),
						"01 00000002 00000002 0080"),
				Arguments.of("`UUID`", UUID.class, new UUID(1, -1), "01 0000000000000001 ffffffffffffffff"),
				Arguments.of("`InetAddress` 127.0.0.1", java.net.InetAddress.class, SampleValues.address(127, 0, 0, 1),
						"01 00000004 7f000001"),
				Arguments.of("`Duration` of 2 s", Duration.class, Duration.ofSeconds(2), "01 00000004 50543253"),
				Arguments.of("an enum's second constant", Frames.type("enumeration"), Color.GREEN, "01 0001"),
				Arguments.of("`int[]`", int[].class, new int[] { 1, -1 }, "01 00000002 00000001 ffffffff"),
				Arguments.of("`String[]`", String[].class, new String[] { null }, "01 00000001 00"),
				Arguments.of("`List<String>`", Frames.type("list"), Arrays.asList("a", null),
						"01 00000002 01 00000001 61 00"),
				Arguments.of("`Set<Integer>`", Frames.type("set"), Set.of(3), "01 00000001 01 00000003"),
				Arguments.of("`Map<Integer, String>`", Frames.type("intMap"), Map.of(3, "a"),
						"01 00000001 01 00000003 01 00000001 61"),
				Arguments.of("`Optional<String>`, empty", Frames.type("optional"), Optional.empty(), "01 00"),
				Arguments.of("`Optional<String>` of a", Frames.type("optional"), Optional.of("a"), "01 01 00000001 61"),
				Arguments.of("`record Point(int x, int y)`", Point.class, new Point(1, 2), "01 00000001 00000002"),
				Arguments.of("a sealed interface's first type, `record Circle(Point centre, double radius)`",
						Frames.type("sealed"), new Circle(new Point(1, 2), 1),
						"01 0000 01 00000001 00000002 3ff0000000000000"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("values")
	void writeReturnsTheseBytes(String name, Type type, Object value, String expected) {
		assertThat(HexFormat.of().formatHex(Frames.encode(ValueCodec.of(type), value)))
			.isEqualTo(expected.replace(" ", ""));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("values")
	void documentationHasTheseBytes(String name, Type type, Object value, String expected) throws IOException {
		assertThat(Files.readString(Path.of("../docs/wire-protocol.md")))
			.contains("| " + name + " | `" + expected + "` |");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("values")
	void nullIsOneByte(String name, Type type) {
		ValueCodec codec = ValueCodec.of(type);
		if (!codec.type().isPrimitive()) {
			assertThat(List.of(Frames.encode(codec, null))).containsExactly(new byte[1]);
		}
	}

}
