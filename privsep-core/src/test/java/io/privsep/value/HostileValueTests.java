package io.privsep.value;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.value.Samples.Point;
import io.privsep.value.Samples.Tagged;
import io.privsep.value.Samples.Tree;
import io.privsep.wire.FrameBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ValueCodec}: what is not taken for a value, at either end.
 */
class HostileValueTests {

	@ParameterizedTest
	@ValueSource(strings = { "c0af", "e080af", "f08080af", "eda080", "edb080", "eda080edb080", "f4908080", "80", "c3",
			"ff" })
	void readWhenTextIsNotStrictUtf8IsUnacceptable(String utf8) {
		byte[] text = HexFormat.of().parseHex(utf8);
		String bytes = "01 0000000" + text.length + utf8;
		Frames.assertUnacceptable(ValueCodec.of(String.class), Frames.hex(bytes), "UTF-8");
		Frames.assertUnacceptable(ValueCodec.of(Path.class), Frames.hex(bytes), "UTF-8");
		Frames.assertUnacceptable(Frames.codec("list"), Frames.hex("01 00000001" + bytes), "UTF-8");
		Frames.assertUnacceptable(Frames.codec("map"), Frames.hex("01 00000001" + bytes + "01 0000000000000001"),
				"UTF-8");
	}

	@ParameterizedTest
	@ValueSource(ints = { -2, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 28, 3 })
	void readWhenLengthIsImpossibleTakesNoMemory(int length) {
		for (Type type : List.of(String.class, byte[].class, BigInteger.class, int[].class, long[].class,
				boolean[].class, String[].class)) {
			Frames.assertUnacceptable(ValueCodec.of(type), ByteBuffer.allocate(7).put((byte) 1).putInt(length).array(),
					"");
		}
		for (String method : List.of("list", "set", "map", "points", "matrix")) {
			Frames.assertUnacceptable(Frames.codec(method), ByteBuffer.allocate(7).put((byte) 1).putInt(length).array(),
					"elements");
		}
	}

	@Test
	void elementsOfAllValuesTogetherAreBounded() {
		List<ValueCodec> codecs = List.of(Frames.codec("list"), Frames.codec("intMap"), Frames.codec("record"));
		byte[] bytes = Frames.hex("01 00000003 000000" + "01 00000001 0100000001 00" + "01 00000001 00000002");
		assertThat(ValueReader.read(codecs, new FrameBody(ByteBuffer.wrap(bytes)), 7)).hasSize(3);
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> ValueReader.read(codecs, new FrameBody(ByteBuffer.wrap(bytes)), 6))
			.withMessageContaining("Samples$Point")
			.withMessageContaining("more than the 6 elements of 'max-elements'");
	}

	@Test
	void elementsAreCountedBeforeTheyAreRead() {
		// each list says that it has all that may be there
		String hostile = "01 0003d090".repeat(30);
		byte[] bytes = Frames.hex(hostile + "00".repeat(250_000));
		ValueCodec lists = ValueCodec.of(ListOfLists.of(30));
		Frames.assertUnacceptable(lists, bytes, "max-elements");
	}

	@Test
	void writeWhenElementsAreTooManyIsUnacceptable() {
		assertThat(Frames.encode(Frames.codec("list"), Collections.nCopies(250_000, null))).hasSize(250_005);
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(Frames.codec("list"), Collections.nCopies(250_001, null)))
			.withMessageContaining("max-elements");
		List<Object> huge = new AbstractList<>() {

			@Override
			public Object get(int index) {
				return "";
			}

			@Override
			public int size() {
				return Integer.MAX_VALUE;
			}

		};
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(Frames.codec("list"), huge))
			.withMessageContaining("max-elements");
	}

	@ParameterizedTest
	@CsvSource({ "record, 02 00000001 00000002", "record, ff", "booleans, 01 00000001 02", "primitives, 01 02",
			"enumeration, 01 0002", "enumeration, 01 ffff", "enumMap, 01 00000001 01 0002 00", "sealed, 01 0005",
			"sealed, 01 ffff", "outcomes, 01 00000001 01 0002 00000001", "optional, 01 02",
			"intMap, 01 00000002 01 00000001 00 01 00000001 00", "set, 01 00000002 01 00000001 01 00000001",
			"set, 01 00000002 00 00", "chars, 01 00000001 00", "sealed, 01 0004 0005" })
	void readWhenNoneOfTheTypeIsUnacceptable(String method, String bytes) {
		Frames.assertUnacceptable(Frames.codec(method), Frames.hex(bytes),
				"A value of type '" + Frames.codec(method).typeName() + "'");
	}

	@Test
	void typesWithoutSuchAnArgumentAreNoneOfASealedInterface() {
		ValueCodec codec = Frames.codec("outcomes");
		assertThat(Frames.decode(codec, Frames.hex("01 00000001 01 0001 00"))).hasToString("[Failure[message=null]]");
		Frames.assertUnacceptable(codec, Frames.hex("01 00000001 01 0002 00000001"), "type 2 of 2");
	}

	@Test
	void valuesNestedTooDeepDoNotCross() {
		StringBuilder bytes = new StringBuilder();
		Tree tree = new Tree("a", List.of());
		for (int i = 0; i < 20; i++) {
			bytes.append("01 01 00000001 61 01 00000001");
			tree = new Tree("a", List.of(tree));
		}
		Frames.assertUnacceptable(Frames.codec("tree"), Frames.hex(bytes + "01 01 00000001 61 01 00000000"),
				"nested deeper than 32");
		Tree deep = tree;
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(Frames.codec("tree"), deep))
			.withMessageContaining("nested deeper than 32");
	}

	@ParameterizedTest
	@CsvSource({ "1E+2147483647, 80000001", "1E-2147483647, 7fffffff", "1E+999999999, c4653601", "1E10001, ffffd8ef" })
	void bigDecimalWithHugeExponentDoesNotCross(String number, String scale) {
		ValueCodec codec = ValueCodec.of(BigDecimal.class);
		Frames.assertUnacceptable(codec, Frames.hex("01" + scale + "00000001 01"), "scale");
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(codec, new BigDecimal(number)))
			.withMessageContaining("scale");
	}

	@Test
	void bigIntegerWithTooManyDigitsDoesNotCross() {
		for (Type type : List.of(BigInteger.class, BigDecimal.class)) {
			ValueCodec codec = ValueCodec.of(type);
			String scale = (type == BigInteger.class) ? "" : "00000000";
			BigInteger number = BigInteger.ONE.shiftLeft(3000);
			assertThatExceptionOfType(UnacceptableValueException.class)
				.isThrownBy(() -> Frames.encode(codec, (type == BigInteger.class) ? number : new BigDecimal(number)))
				.withMessageContaining("bits");
			Frames.assertUnacceptable(codec, Frames.hex("01" + scale + "00000178 01" + "00".repeat(375)), "bits");
			Frames.assertUnacceptable(codec, Frames.hex("01" + scale + "00000179 01" + "00".repeat(376)), "376");
			Frames.assertUnacceptable(codec, Frames.hex("01" + scale + "00000002 0001"), "does not need");
			Frames.assertUnacceptable(codec, Frames.hex("01" + scale + "00000000"), "");
		}
	}

	@Test
	void keyOfGreatestLengthCrossesAndLongerDoesNot() {
		Map<String, Long> map = Map.of("\u20ac".repeat(MapCodec.MAX_KEY_LENGTH), 1L);
		assertThat(Frames.decode(Frames.codec("map"), Frames.encode(Frames.codec("map"), map))).isEqualTo(map);
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(Frames.codec("map"), Map.of("k".repeat(MapCodec.MAX_KEY_LENGTH + 1), 1L)))
			.withMessageContaining("1024 characters");
		Frames.assertUnacceptable(Frames.codec("map"), Frames.hex("01 00000001 01 00000401" + "6b".repeat(1025) + "00"),
				"1024 characters");
	}

	@Test
	void writeWhenUnpairedSurrogateIsUnacceptable() {
		for (String text : List.of("\ud800", "a\ud800b", "x".repeat(1000) + "\udc00")) {
			assertThatExceptionOfType(UnacceptableValueException.class)
				.isThrownBy(() -> Frames.encode(ValueCodec.of(String.class), text))
				.withMessageContaining("surrogate");
		}
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(ValueCodec.of(URI.class), new URI("a", "\ud800", null)));
	}

	@Test
	void writeWhenUriIsNotItsTextIsUnacceptable() {
		URI path = URI.create("http://h/a/").relativize(URI.create("http://h/a/b:c"));
		assertThat(path.getPath()).isEqualTo("b:c");
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(ValueCodec.of(URI.class), path))
			.withMessageContaining("cannot be rebuilt from its text");
	}

	@Test
	void writeWhenAddressHasScopeIsUnacceptable() throws UnknownHostException {
		byte[] bytes = Frames.hex("fe80 0000 0000 0000 0000 0000 0000 0001");
		Inet6Address scoped = Inet6Address.getByAddress(null, bytes, 3);
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(Frames.codec("addresses"), List.of(scoped)))
			.withMessageContaining("scope");
	}

	@ParameterizedTest
	@ValueSource(strings = { "00000000", "00000003 7f0000", "00000005 7f00000101",
			"00000011 00000000000000000000000000000000ff", "00000010 00000000000000000000ffff7f000001" })
	void readWhenNoAddressIsUnacceptable(String bytes) {
		Frames.assertUnacceptable(Frames.codec("addresses"), Frames.hex("01 00000001 01" + bytes), "InetAddress");
	}

	@Test
	void writeWhenCollectionIsNotWhatItSaysIsUnacceptable() {
		List<String> changing = new ArrayList<>(List.of("a")) {

			private static final long serialVersionUID = 1L;

			@Override
			public int size() {
				return 2;
			}

		};
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(Frames.codec("list"), changing))
			.withMessageContaining("changes");
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(Frames.codec("list"), List.of(1)))
			.withMessageContaining("ClassCastException");
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(Frames.codec("enumeration"), Thread.State.NEW))
			.withMessageContaining("ClassCastException");
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

	// To look for the element of the large one in each of the small ones takes its hash
	// code each time.
	@Test
	void setOfManySmallSetsAndALargeOneWithOneHashCodeIsNotAccepted() {
		List<String> empty = Collections.nCopies(200_000, "");
		// the hash code of what ends the large list makes up for the beginning
		List<String> large = new ArrayList<>(empty);
		large.add(textOf(-31 * empty.hashCode()));
		List<List<String>> lists = new ArrayList<>(List.of(large));
		for (int i = 0; i < 500; i++) {
			List<String> small = new ArrayList<>(List.of(Integer.toString(i)));
			small.add(textOf(-31 * small.hashCode()));
			lists.add(small);
		}
		assertThat(lists).extracting(List::hashCode).containsOnly(0);
		assertNotAccepted("setOfSets", lists.stream().map((list) -> new LinkedHashSet<>(List.of(list))));
	}

	// A text with this hash code.
	private static String textOf(int hashCode) {
		StringBuilder text = new StringBuilder();
		long rest = hashCode & 0xffff_ffffL;
		for (; rest > 0; rest /= 31) {
			text.insert(0, (char) (rest % 31));
		}
		return text.toString();
	}

	@Test
	void setOfOrderedElementsWithOneHashCodeCrosses() {
		Set<String> texts = colliding(20_000).collect(Collectors.toCollection(LinkedHashSet::new));
		assertThat(Frames.decode(Frames.codec("setOfTexts"), Frames.encode(Frames.codec("setOfTexts"), texts)))
			.isEqualTo(texts);
		Map<String, Long> map = texts.stream().collect(Collectors.toMap((text) -> text, (text) -> 1L));
		assertThat(Frames.decode(Frames.codec("map"), Frames.encode(Frames.codec("map"), map))).isEqualTo(map);
	}

	@Test
	void setOfManyPointsCrosses() {
		Set<Point> points = new LinkedHashSet<>();
		for (int i = 0; i < 80_000; i++) {
			points.add(new Point(i % 280, i / 280));
		}
		assertThat(Frames.decode(Frames.codec("setOfPoints"), Frames.encode(Frames.codec("setOfPoints"), points)))
			.isEqualTo(points);
	}

	private static Stream<String> colliding(int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> IntStream.range(0, 16)
				.mapToObj((bit) -> ((i >> bit & 1) == 0) ? "Aa" : "BB")
				.collect(Collectors.joining()));
	}

	private static void assertNotAccepted(String method, Stream<?> elements) {
		byte[] bytes = Frames.encode(Frames.codec(method), elements.collect(Collectors.toCollection(Distinct::new)));
		Frames.assertUnacceptable(Frames.codec(method), bytes, "the same hash code");
	}

	@Test
	void readWhenUriOrPathHasNulIsUnacceptable() {
		Frames.assertUnacceptable(ValueCodec.of(URI.class), Frames.hex("01 00000003 610062"), "URI");
		Frames.assertUnacceptable(ValueCodec.of(Path.class), Frames.hex("01 00000003 610062"), "Path");
	}

	@Test
	void readWhenRecordRefusesIsUnacceptable() {
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.decode(Frames.codec("picky"), Frames.hex("01 00000000")))
			.withMessageContaining("A port is positive")
			.withCauseInstanceOf(IllegalArgumentException.class);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 4 })
	void readWhenRecordCannotBeMadeIsUnacceptable(int how) {
		Frames.assertUnacceptable(Frames.codec("angry"), Frames.hex("01 0000000" + how), "Samples$Angry");
	}

	@Test
	void bytesAndUuidsInRecordsAreNeverReadFromTexts() {
		// what a reader of JSON would take for the bytes 1, 2 and 3
		byte[] text = "AQID".getBytes(StandardCharsets.US_ASCII);
		Tagged read = (Tagged) Frames.decode(Frames.codec("tagged"), Frames.hex("01 01 00000004 41514944 00"));
		assertThat(read).isNotNull();
		assertThat(read.bytes()).isEqualTo(text);
		for (String uuid : List.of("00000024" + "61".repeat(36), "00000018" + "41".repeat(24),
				"00000010" + "00".repeat(16))) {
			Frames.assertUnacceptable(Frames.codec("tagged"), Frames.hex("01 00 01" + uuid), "bytes are left");
		}
	}

	@ParameterizedTest
	@CsvSource({ "java.time.Period, P1W", "java.time.Year, 05", "java.time.LocalTime, 10:00:00",
			"java.time.Duration, PT60S", "java.time.Instant, 2026-01-01T00:00:00.000Z", "java.nio.file.Path, a//b" })
	void textThatIsNotAsTheValueIsWrittenIsNotAcceptable(Class<?> type, String text) {
		String utf8 = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
		Frames.assertUnacceptable(ValueCodec.of(type), Frames.hex("01%08x%s".formatted(utf8.length() / 2, utf8)),
				"its text is not in canonical form");
	}

	@Test
	void uriWhoseTextIsNoneIsRefusedWithoutIt() {
		URI secret = URI.create("http://h/").relativize(URI.create("http://h/:secret"));
		assertThat(secret).hasToString(":secret");
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(ValueCodec.of(URI.class), secret))
			.withNoCause()
			.withMessageNotContaining("secret");
	}

	@Test
	void listThatFailsIsRefusedWithoutItsWords() {
		List<String> list = new AbstractList<>() {

			@Override
			public String get(int index) {
				throw new IllegalStateException("secret");
			}

			@Override
			public int size() {
				return 1;
			}

		};
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.encode(new ListCodec(List.class, ValueCodec.of(String.class)), list))
			.withMessageContaining("IllegalStateException")
			.withMessageNotContaining("secret");
	}

	@Test
	void whatIsWrongTellsNoText() {
		assertThatExceptionOfType(UnacceptableValueException.class)
			.isThrownBy(() -> Frames.decode(ValueCodec.of(URI.class), Frames.hex("01 00000008 736563726574205b")))
			.withNoCause()
			.withMessageNotContaining("secret");
	}

	/**
	 * Lists in lists, as a type.
	 */
	private record ListOfLists(Type element) implements java.lang.reflect.ParameterizedType {

		static Type of(int depth) {
			return (depth == 0) ? String.class : new ListOfLists(of(depth - 1));
		}

		@Override
		public Type[] getActualTypeArguments() {
			return new Type[] { this.element };
		}

		@Override
		public Type getRawType() {
			return List.class;
		}

		@Override
		public @Nullable Type getOwnerType() {
			return null;
		}

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
