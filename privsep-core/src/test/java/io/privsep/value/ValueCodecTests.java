package io.privsep.value;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.value.Samples.Annotated;
import io.privsep.value.Samples.Boxes;
import io.privsep.value.Samples.Color;
import io.privsep.value.Samples.Empty;
import io.privsep.value.Samples.Holder;
import io.privsep.value.Samples.Pair;
import io.privsep.value.Samples.Point;
import io.privsep.value.Samples.Primitives;
import io.privsep.value.Samples.Tree;
import io.privsep.value.Samples.WithGetter;
import io.privsep.wire.MalformedFrameException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ValueCodec}.
 */
class ValueCodecTests {

	static Stream<Arguments> directValues() {
		return Stream.of(Arguments.of(boolean.class, true), Arguments.of(Boolean.class, false),
				Arguments.of(byte.class, (byte) -128), Arguments.of(short.class, Short.MIN_VALUE),
				Arguments.of(char.class, '\uffff'), Arguments.of(Character.class, 'x'),
				Arguments.of(int.class, Integer.MIN_VALUE), Arguments.of(long.class, Long.MAX_VALUE),
				Arguments.of(float.class, Float.NaN), Arguments.of(double.class, -0.0d),
				Arguments.of(Double.class, Double.NEGATIVE_INFINITY), Arguments.of(String.class, ""),
				Arguments.of(String.class, "Gr\u00fc\u00dfe \ud83d\ude00\u0000"),
				Arguments.of(byte[].class, new byte[] { 0, -1, 127 }));
	}

	static Stream<Arguments> values() {
		ZonedDateTime zoned = ZonedDateTime.of(2026, 10, 25, 2, 30, 0, 1, ZoneId.of("Europe/Berlin"))
			.withLaterOffsetAtOverlap();
		return Stream.of(Arguments.of(BigInteger.ONE.shiftLeft(200).negate()), Arguments.of(new BigDecimal("1.10")),
				Arguments.of(new BigDecimal("1E+100")), Arguments.of(new UUID(1, -1)),
				Arguments.of(Path.of("a/../b c")), Arguments.of(Path.of("/etc/motd")), Arguments.of(Path.of("")),
				Arguments.of(URI.create("https://example.org/a?b=c#d")), Arguments.of(URI.create("")),
				Arguments.of(Instant.ofEpochSecond(-1, 999_999_999)), Arguments.of(Instant.MAX),
				Arguments.of(Duration.ofNanos(-1)), Arguments.of(Duration.ofSeconds(Long.MAX_VALUE)),
				Arguments.of(Period.of(1, -2, 40)), Arguments.of(LocalDate.MIN), Arguments.of(LocalTime.MIDNIGHT),
				Arguments.of(LocalTime.MAX), Arguments.of(LocalDateTime.MAX),
				Arguments.of(OffsetTime.of(1, 2, 3, 4, ZoneOffset.ofHoursMinutesSeconds(1, 2, 3))),
				Arguments.of(OffsetDateTime.MIN), Arguments.of(zoned), Arguments.of(zoned.withEarlierOffsetAtOverlap()),
				Arguments.of(ZoneId.of("Europe/Berlin")), Arguments.of(ZoneId.of("UTC+2")),
				Arguments.of(ZoneOffset.of("-03:30")), Arguments.of(Year.of(-5)), Arguments.of(Year.of(123456)),
				Arguments.of(YearMonth.of(12345, 6)), Arguments.of(YearMonth.of(2026, 1)),
				Arguments.of(MonthDay.of(2, 29)), Arguments.of(DayOfWeek.SUNDAY), Arguments.of(Month.MAY),
				Arguments.of(Color.RED), Arguments.of(Color.GREEN));
	}

	static Stream<Arguments> structures() {
		Point point = new Point(1, Integer.MIN_VALUE);
		return Stream.of(Arguments.of("optional", Optional.of("x")), Arguments.of("optional", Optional.empty()),
				Arguments.of("optionalOfRecord", Optional.of(point)), Arguments.of("ints", new int[] { 1, -1 }),
				Arguments.of("longs", new long[] { Long.MIN_VALUE }),
				Arguments.of("doubles", new double[] { 0.1, Double.NaN }), Arguments.of("floats", new float[] { 0.1f }),
				Arguments.of("shorts", new short[] { -1, 2 }), Arguments.of("chars", new char[] { 'a', '\u20ac' }),
				Arguments.of("booleans", new boolean[] { true, false }),
				Arguments.of("strings", new String[] { "a", null, "" }),
				Arguments.of("points", new Point[] { point, null }), Arguments.of("matrix", new int[][] { { 1 }, {} }),
				Arguments.of("blobs", new byte[][] { { 1, 2 }, {} }), Arguments.of("list", List.of()),
				Arguments.of("list", Arrays.asList("a", null)),
				Arguments.of("set", new LinkedHashSet<>(List.of(3, 1, 2))),
				Arguments.of("map", Collections.singletonMap("k", null)),
				Arguments.of("map", Map.of("", 1L, "\u00e4", Long.MAX_VALUE)),
				Arguments.of("enumMap", new EnumMap<>(Map.of(Color.GREEN, List.of(point), Color.RED, List.of()))),
				Arguments.of("nested", List.of(Map.of("a", List.of(Set.of(point))))), Arguments.of("record", point),
				Arguments.of("empty", new Empty()),
				Arguments.of("primitives",
						new Primitives(true, (byte) -1, (short) -2, '\u20ac', 3, Long.MIN_VALUE, 0.1f, 0.1)),
				Arguments.of("boxes", new Boxes(null, null, null, null, null, null, null, null, null, null)),
				Arguments.of("boxes",
						new Boxes(true, (byte) 1, (short) 2, '\0', 3, 4L, Float.NaN, Double.MIN_VALUE, "", null)),
				Arguments.of("pair", new Pair<>("a", List.of(point))),
				Arguments.of("pairs",
						List.of(new Pair<>(Color.RED, new Pair<>(1, Instant.EPOCH)),
								new Pair<>(Color.GREEN, new Pair<>(2, null)))),
				Arguments.of("tree", new Tree("a", List.of(new Tree("b", List.of())))),
				Arguments.of("holder",
						new Holder(Optional.of(Path.of("a/b")), Optional.empty(), List.of("x"),
								Map.of(Color.RED, new BigDecimal("1.20")))),
				Arguments.of("holder", new Holder(Optional.empty(), Optional.of(point), null, Map.of())),
				Arguments.of("getter", new WithGetter("a")), Arguments.of("annotated", new Annotated("a", "b")));
	}

	@ParameterizedTest
	@MethodSource("directValues")
	void readWhenWrittenDirectlyReturnsEqual(Type type, Object value) {
		assertThat(roundTrip(ValueCodec.of(type), value)).isEqualTo(value);
	}

	@ParameterizedTest
	@MethodSource("values")
	void readWhenValueWrittenReturnsEqual(Object value) {
		Type type = Arrays.stream(method("values").getParameterTypes())
			.filter((each) -> each.isInstance(value))
			.reduce((first, second) -> second)
			.orElseThrow();
		Object read = roundTrip(ValueCodec.of(type), value);
		assertThat(read).isEqualTo(value).hasToString(value.toString());
		assertThat(roundTrip(ValueCodec.of(type), null)).isNull();
	}

	@ParameterizedTest
	@MethodSource("structures")
	void readWhenStructureWrittenReturnsEqual(String method, Object value) {
		ValueCodec codec = codec(method);
		assertThat(roundTrip(codec, value)).isEqualTo(value);
	}

	@Test
	void readWhenSetReturnsItInTheOrderOfTheSender() {
		Set<Integer> set = new LinkedHashSet<>(List.of(9, 1, 5, 100, -3));
		assertThat((Iterable<?>) roundTrip(codec("set"), set)).hasToString("[9, 1, 5, 100, -3]");
	}

	@Test
	void readWhenBytesInRecordReturnsThem() {
		Boxes boxes = new Boxes(null, null, null, null, null, null, null, null, null, new byte[] { 1, 2 });
		Boxes read = (Boxes) roundTrip(codec("boxes"), boxes);
		assertThat(read.bytes()).containsExactly(1, 2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ints", "strings", "list", "set", "map", "record", "pair", "tree" })
	void readWhenNullStructureReturnsNull(String method) {
		assertThat(roundTrip(codec(method), null)).isNull();
	}

	@Test
	void readWhenNullBoxReturnsNull() {
		for (Class<?> type : List.of(Boolean.class, Integer.class, String.class, byte[].class, void.class)) {
			assertThat(roundTrip(ValueCodec.of(type), null)).isNull();
		}
	}

	@Test
	void writeWhenNullForPrimitiveThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> Frames.encode(ValueCodec.of(int.class), null))
			.withMessageContaining("never null");
	}

	@Test
	void readWhenNullForPrimitiveIsMalformed() {
		assertMalformed(ValueCodec.of(int.class), new byte[] { 0 });
	}

	@Test
	void readWhenTagOfOtherTypeIsMalformed() {
		assertMalformed(ValueCodec.of(long.class), Frames.encode(ValueCodec.of(int.class), 1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "c0af", "e080af", "f08080af", "eda080", "edb080", "eda080edb080", "f4908080", "80", "c3",
			"ff" })
	void readWhenTextIsNotStrictUtf8IsMalformed(String utf8) {
		byte[] text = HexFormat.of().parseHex(utf8);
		ByteBuffer direct = ByteBuffer.allocate(5 + text.length).put(Frames.encode(ValueCodec.of(String.class), "")[0]);
		assertMalformed(ValueCodec.of(String.class), direct.putInt(text.length).put(text).array());
		assertMalformed(codec("list"), Frames.cbor("81 6" + text.length + utf8));
		assertMalformed(codec("map"), Frames.cbor("a1 6" + text.length + utf8 + "01"));
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 3 })
	void readWhenLengthIsImpossibleTakesNoMemory(int length) {
		for (Type type : List.of(String.class, byte[].class)) {
			byte tag = Frames.encode(ValueCodec.of(type), (type == String.class) ? "" : new byte[0])[0];
			assertMalformed(ValueCodec.of(type), ByteBuffer.allocate(7).put(tag).putInt(length).array());
		}
		assertMalformed(codec("list"), ByteBuffer.allocate(6).putInt(length).put((byte) 0x80).array());
	}

	@Test
	void readWhenThingsAreTooManyIsMalformed() {
		assertThat(Frames.decode(codec("list"), Frames.cbor("9a 0003d08f" + "f6".repeat(249_999))))
			.asInstanceOf(InstanceOfAssertFactories.LIST)
			.hasSize(249_999);
		assertMalformed(codec("list"), Frames.cbor("9a 0003d090" + "f6".repeat(250_000)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "record a2 6178 01 6178 02 6179 03", "record a2 6178 01 6178 02",
			"record a3 6178 01 6179 02 617a 03", "record a1 6178 01", "record a0", "record a2 6178 6131 6179 02",
			"record a2 6178 fb3ff8000000000000 6179 02", "record a2 6178 f6 6179 02", "record a2 6178 f5 6179 02",
			"record a2 6178 1b0000000100000000 6179 02", "record a2 6178 80 6179 02", "record 01", "record 6161",
			"record 80", "record 82 01 02", "record a2 6178 01 6179 02 00", "record", "record a2 6178 01",
			"record bf 6178 01 6179 02", "enumMap a1 6130 80", "enumMap a1 6372 6f74 80", "map a2 6161 01 6161 02",
			"map a1 6161 6131", "map a1 01 01", "map 80", "list a0", "list 6161", "list 81 01", "list 82 6161",
			"list 9b7fffffffffffffff", "list 81 7b7fffffffffffffff", "list 81 5b7fffffffffffffff", "set 81 f93c00",
			"set 81 60", "set 81 f4", "ints 81 f6", "ints 81 6131", "ints 81 fb3ff0000000000000", "optional 01",
			"holder a0", "list 81 62c0af", "list 81 63eda080",
			"annotated a2 67 72656e616d6564 6161 66 736563726574 6162", "booleans 81 01", "booleans 81 6474727565",
			"chars 63616263 00", "blobs 81 6161", "record c1 a2 6178 01 6179 02", "list 81 c0 6161" })
	void readWhenHostileCborIsMalformed(String example) {
		String method = example.contains(" ") ? example.substring(0, example.indexOf(' ')) : example;
		assertMalformed(codec(method), Frames.cbor(example.substring(method.length())));
	}

	@ParameterizedTest
	@ValueSource(strings = { "00", "01", "6131", "63726f74", "c074323032362d30312d30315430303a30303a30305a", "f6 f6" })
	void readWhenEnumIsNotANameIsMalformed(String cbor) {
		assertMalformed(ValueCodec.of(Color.class), Frames.cbor(cbor));
	}

	@Test
	void readWhenDeeperThanTheBoundIsMalformed() {
		StringBuilder cbor = new StringBuilder();
		for (int i = 0; i < 40; i++) {
			cbor.append("a2 646e616d65 6161 686368696c6472656e 81");
		}
		cbor.append("a2 646e616d65 6161 686368696c6472656e 80");
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> Frames.decode(codec("tree"), Frames.cbor(cbor.toString())))
			.withMessageContaining("nested too deep");
	}

	@Test
	void writeWhenDeeperThanTheBoundThrows() {
		Tree tree = new Tree("leaf", List.of());
		for (int i = 0; i < 40; i++) {
			tree = new Tree("node", List.of(tree));
		}
		Tree deep = tree;
		assertThatIllegalArgumentException().isThrownBy(() -> Frames.encode(codec("tree"), deep));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1E+2147483647", "1E-2147483647", "1E+999999999", "1E10001" })
	void bigDecimalWithHugeExponentDoesNotCross(String number) {
		byte[] text = number.getBytes(StandardCharsets.US_ASCII);
		byte[] cbor = new byte[text.length + 1];
		cbor[0] = (byte) (0x60 + text.length);
		System.arraycopy(text, 0, cbor, 1, text.length);
		ValueCodec codec = ValueCodec.of(BigDecimal.class);
		assertMalformed(codec, Frames.cbor(HexFormat.of().formatHex(cbor)));
		assertThatIllegalArgumentException().isThrownBy(() -> Frames.encode(codec, new BigDecimal(number)))
			.withMessageContaining("scale");
	}

	@Test
	void bigDecimalAsCborDecimalFractionIsMalformed() {
		assertMalformed(ValueCodec.of(BigDecimal.class), Frames.cbor("c4 82 1a7fffffff 01"));
	}

	@Test
	void bigIntegerWithTooManyDigitsDoesNotCross() {
		ValueCodec codec = ValueCodec.of(BigInteger.class);
		BigInteger number = BigInteger.ONE.shiftLeft(4000);
		assertThatIllegalArgumentException().isThrownBy(() -> Frames.encode(codec, number));
		assertMalformed(codec, Frames.encode(codec("strings"), new String[] { number.toString() }));
		assertMalformed(codec, Frames.cbor("79 1000" + "31".repeat(4096)));
	}

	@Test
	void keyOfGreatestLengthCrossesAndLongerIsRefusedByTheWriter() {
		Map<String, Long> map = Map.of("\u20ac".repeat(CborMapper.MAX_KEY_LENGTH), 1L);
		assertThat(roundTrip(codec("map"), map)).isEqualTo(map);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Frames.encode(codec("map"), Map.of("k".repeat(CborMapper.MAX_KEY_LENGTH + 1), 1L)));
	}

	@Test
	void writeWhenUnpairedSurrogateThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> Frames.encode(ValueCodec.of(String.class), "\ud800"));
		assertThatIllegalArgumentException().isThrownBy(() -> Frames.encode(codec("list"), List.of("a\ud800b")));
	}

	@Test
	void readWhenLongReturnsEqual() {
		List<String> texts = List.of("\u20ac\ud83d\ude00x".repeat(50_000), "y".repeat(100_000));
		assertThat(roundTrip(codec("list"), texts)).isEqualTo(texts);
		List<Integer> numbers = new ArrayList<>();
		for (int i = -70_000; i < 70_000; i += 3) {
			numbers.add(i);
		}
		assertThat(roundTrip(codec("set"), new LinkedHashSet<>(numbers))).isEqualTo(new LinkedHashSet<>(numbers));
		byte[][] blobs = { new byte[100_000] };
		assertThat(roundTrip(codec("blobs"), blobs)).isEqualTo(blobs);
	}

	@Test
	void setOfElementsWithOneHashCodeIsNotAccepted() {
		assertNotAccepted("setOfLists", colliding(20_000).map(List::of));
		assertNotAccepted("setOfPaths", colliding(20_000).map(Path::of));
	}

	@Test
	void setOfSetsWithOneHashCodeIsNotAccepted() {
		List<List<List<String>>> sets = new ArrayList<>();
		for (int i = 0; i < 250; i++) {
			sets.add(colliding(500).skip(i).limit(250).map(List::of).toList());
		}
		assertNotAccepted("setOfSets", sets.stream().map(LinkedHashSet::new));
	}

	@Test
	void setOfOrderedElementsWithOneHashCodeCrosses() {
		Set<String> texts = colliding(20_000).collect(Collectors.toCollection(LinkedHashSet::new));
		assertThat(roundTrip(codec("setOfTexts"), texts)).isEqualTo(texts);
		Map<String, Long> map = texts.stream().collect(Collectors.toMap((text) -> text, (text) -> 1L));
		assertThat(roundTrip(codec("map"), map)).isEqualTo(map);
	}

	@Test
	void setOfManyPointsCrosses() {
		Set<Point> points = new LinkedHashSet<>();
		for (int i = 0; i < 80_000; i++) {
			points.add(new Point(i % 280, i / 280));
		}
		assertThat(roundTrip(codec("setOfPoints"), points)).isEqualTo(points);
	}

	private static Stream<String> colliding(int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> IntStream.range(0, 16)
				.mapToObj((bit) -> ((i >> bit & 1) == 0) ? "Aa" : "BB")
				.collect(Collectors.joining()));
	}

	private static void assertNotAccepted(String method, Stream<?> elements) {
		byte[] bytes = Frames.encode(codec(method), elements.collect(Collectors.toCollection(Distinct::new)));
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.decode(codec(method), bytes))
			.withMessageContaining("the same hash code");
	}

	@Test
	void readWhenTextHasNulReturnsItUnchanged() {
		assertThat(roundTrip(ValueCodec.of(String.class), "/etc/motd\0.txt")).isEqualTo("/etc/motd\0.txt");
		assertThat(roundTrip(codec("list"), List.of("a\0b"))).isEqualTo(List.of("a\0b"));
	}

	@Test
	void readWhenUriHasNulIsMalformed() {
		assertMalformed(ValueCodec.of(URI.class), Frames.cbor("63 610062"));
	}

	@Test
	void readWhenPathHasNulIsMalformed() {
		assertMalformed(ValueCodec.of(Path.class), Frames.cbor("63 610062"));
	}

	@Test
	void readWhenRecordRefusesIsUnacceptable() {
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.decode(codec("picky"), Frames.cbor("a1 64706f7274 00")))
			.withMessageContaining("A port is positive")
			.withCauseInstanceOf(IllegalArgumentException.class);
	}

	@ParameterizedTest
	@MethodSource("structures")
	void readWhenPrefixIsMalformed(String method, Object value) {
		ValueCodec codec = codec(method);
		byte[] bytes = Frames.encode(codec, value);
		for (int length = 0; length < bytes.length; length++) {
			assertMalformed(codec, Arrays.copyOf(bytes, length));
			if (length > 4) {
				byte[] prefix = Arrays.copyOf(bytes, length);
				ByteBuffer.wrap(prefix).putInt(length - 4);
				assertMalformed(codec, prefix);
			}
		}
		assertMalformed(codec, Arrays.copyOf(bytes, bytes.length + 1));
	}

	@ParameterizedTest
	@MethodSource("structures")
	void readWhenMutatedReturnsOrThrowsTheTwoExceptions(String method, Object value) {
		mutate(codec(method), value);
	}

	@ParameterizedTest
	@MethodSource("values")
	void readWhenValueMutatedReturnsOrThrowsTheTwoExceptions(Object value) {
		for (Class<?> type : method("values").getParameterTypes()) {
			if (type.isInstance(value)) {
				mutate(ValueCodec.of(type), value);
			}
		}
	}

	private static void mutate(ValueCodec codec, Object value) {
		byte[] bytes = Frames.encode(codec, value);
		Random random = new Random(4711);
		List<Throwable> others = new ArrayList<>();
		for (int i = 0; i < 2000; i++) {
			byte[] mutated = bytes.clone();
			for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
				int at = (random.nextInt(10) == 0) ? random.nextInt(mutated.length)
						: Math.min(mutated.length - 1, 4 + random.nextInt(mutated.length));
				mutated[at] = (byte) random.nextInt(256);
			}
			try {
				Frames.decode(codec, mutated);
			}
			catch (MalformedFrameException | UnacceptableValueException ex) {
				// as it should
			}
			catch (Throwable ex) {
				others.add(ex);
			}
		}
		assertThat(others).isEmpty();
	}

	private static void assertMalformed(ValueCodec codec, byte[] bytes) {
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> Frames.decode(codec, bytes));
	}

	private static @Nullable Object roundTrip(ValueCodec codec, @Nullable Object value) {
		return Frames.decode(codec, Frames.encode(codec, value));
	}

	private static ValueCodec codec(String method) {
		return ValueCodec.of(method(method).getGenericParameterTypes()[0]);
	}

	private static Method method(String name) {
		return Arrays.stream(Samples.class.getDeclaredMethods())
			.filter((method) -> method.getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	/**
	 * A set that the test can fill in no time, as it takes its elements to be distinct.
	 */
	private static final class Distinct<E> extends AbstractSet<E> {

		private final List<E> elements = new ArrayList<>();

		@Override
		public boolean add(E element) {
			return this.elements.add(element);
		}

		@Override
		public Iterator<E> iterator() {
			return this.elements.iterator();
		}

		@Override
		public int size() {
			return this.elements.size();
		}

	}

}
