package io.privsep.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.Arguments;

import io.privsep.value.Samples.Boxes;
import io.privsep.value.Samples.Circle;
import io.privsep.value.Samples.Color;
import io.privsep.value.Samples.Empty;
import io.privsep.value.Samples.Failure;
import io.privsep.value.Samples.Group;
import io.privsep.value.Samples.Holder;
import io.privsep.value.Samples.Named;
import io.privsep.value.Samples.Pair;
import io.privsep.value.Samples.Picky;
import io.privsep.value.Samples.Point;
import io.privsep.value.Samples.Primitives;
import io.privsep.value.Samples.Square;
import io.privsep.value.Samples.Success;
import io.privsep.value.Samples.Tree;
import io.privsep.value.Samples.WithGetter;

/**
 * Values of every transferable type.
 */
final class SampleValues {

	private SampleValues() {
	}

	/** Values that have no others in them, each with its type. */
	static Stream<Arguments> simple() {
		ZonedDateTime zoned = ZonedDateTime.of(2026, 10, 25, 2, 30, 0, 1, ZoneId.of("Europe/Berlin"))
			.withLaterOffsetAtOverlap();
		return Stream
			.of(of(boolean.class, true, false), of(Boolean.class, true, false), of(byte.class, (byte) -128),
					of(Byte.class, (byte) 1), of(short.class, Short.MIN_VALUE), of(Short.class, Short.MAX_VALUE),
					of(char.class, '\uffff', '\ud800'), of(Character.class, 'x'), of(int.class, Integer.MIN_VALUE),
					of(Integer.class, Integer.MAX_VALUE), of(long.class, Long.MAX_VALUE),
					of(Long.class, Long.MIN_VALUE), of(float.class, Float.NaN, -0.0f), of(Float.class, Float.MIN_VALUE),
					of(double.class, -0.0d), of(Double.class, Double.NEGATIVE_INFINITY, Double.NaN),
					of(String.class, "", "Gr\u00fc\u00dfe \ud83d\ude00\u0000", "\u20ac".repeat(300)),
					of(byte[].class, new byte[0], new byte[] { 0, -1, 127 }),
					of(BigInteger.class, BigInteger.ONE.shiftLeft(200).negate(), BigInteger.ZERO,
							BigInteger.valueOf(-128), BigInteger.valueOf(128), BigInteger.TWO.pow(2999)),
					of(BigDecimal.class, new BigDecimal("1.10"), new BigDecimal("1E+100"), new BigDecimal("-0.00")),
					of(UUID.class, new UUID(1, -1)), of(InetAddress.class, address(127, 0, 0, 1), address(new int[16])),
					of(URI.class, URI.create("https://example.org/a?b=c#d"), URI.create(""), URI.create("a:\u00e4")),
					of(Path.class, Path.of("a/../b c"), Path.of("/etc/motd"), Path.of("")),
					of(Instant.class, Instant.ofEpochSecond(-1, 999_999_999), Instant.MAX, Instant.MIN),
					of(Duration.class, Duration.ofNanos(-1), Duration.ofSeconds(Long.MAX_VALUE, 1), Duration.ZERO),
					of(Period.class, Period.of(1, -2, 40)), of(LocalDate.class, LocalDate.MIN, LocalDate.MAX),
					of(LocalTime.class, LocalTime.MIDNIGHT, LocalTime.MAX),
					of(LocalDateTime.class, LocalDateTime.MAX, LocalDateTime.MIN),
					of(OffsetTime.class, OffsetTime.of(1, 2, 3, 4, ZoneOffset.ofHoursMinutesSeconds(1, 2, 3))),
					of(OffsetDateTime.class, OffsetDateTime.MIN, OffsetDateTime.MAX),
					of(ZonedDateTime.class, zoned, zoned.withEarlierOffsetAtOverlap()),
					of(ZoneId.class, ZoneId.of("Europe/Berlin"), ZoneId.of("UTC+2"), ZoneOffset.UTC),
					of(ZoneOffset.class, ZoneOffset.of("-03:30"), ZoneOffset.MAX),
					of(Year.class, Year.of(-5), Year.of(123456)),
					of(YearMonth.class, YearMonth.of(12345, 6), YearMonth.of(2026, 1), YearMonth.of(-12345, 6)),
					of(MonthDay.class, MonthDay.of(2, 29)), of(DayOfWeek.class, DayOfWeek.SUNDAY),
					of(Month.class, Month.MAY))
			.flatMap((each) -> each);
	}

	private static Stream<Arguments> of(Class<?> type, Object... values) {
		return Arrays.stream(values).map((value) -> Arguments.of(type, value));
	}

	static InetAddress address(int... bytes) {
		byte[] address = new byte[bytes.length];
		for (int i = 0; i < bytes.length; i++) {
			address[i] = (byte) bytes[i];
		}
		try {
			return InetAddress.getByAddress(address);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/** Values that have others in them, each with the method that has its type. */
	static Stream<Arguments> structures() {
		Point point = new Point(1, Integer.MIN_VALUE);
		return Stream.of(Arguments.of("enumeration", Color.RED), Arguments.of("enumeration", Color.GREEN),
				Arguments.of("optional", Optional.of("x")), Arguments.of("optional", Optional.empty()),
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
				Arguments.of("setOfTexts", Collections.singleton(null)),
				Arguments.of("map", Collections.singletonMap("k", null)),
				Arguments.of("map", Map.of("", 1L, "\u00e4", Long.MAX_VALUE)),
				Arguments.of("enumMap", new EnumMap<>(Map.of(Color.GREEN, List.of(point), Color.RED, List.of()))),
				Arguments.of("byteMap", Map.of((byte) -1, "a")), Arguments.of("shortMap", Map.of((short) -1, "a")),
				Arguments.of("intMap", Map.of(-1, "a", 7, "b")), Arguments.of("longMap", Map.of(-1L, "a")),
				Arguments.of("uuidMap", Map.of(new UUID(1, 2), "a")),
				Arguments.of("nullKeys", Collections.singletonMap(null, "a")),
				Arguments.of("wildcards", Map.of(Color.RED, List.of(point))),
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
				Arguments.of("getter", new WithGetter("a")), Arguments.of("picky", new Picky(80)),
				Arguments.of("sealed", new Circle(point, 0.5)), Arguments.of("sealed", Named.PLANE),
				Arguments.of("sealed", new Group(List.of(new Square(point, 2), new Group(List.of())))),
				Arguments.of("outcomes", List.of(new Success<>("a"), new Failure<>("b"))));
	}

}
