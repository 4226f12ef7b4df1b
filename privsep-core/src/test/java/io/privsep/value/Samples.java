package io.privsep.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Signatures with the types that are transferable. The methods are never called.
 */
@SuppressWarnings("unused")
interface Samples {

	/** All types whose values have no others in them. */
	void values(boolean primitiveBoolean, byte primitiveByte, short primitiveShort, char primitiveChar,
			int primitiveInt, long primitiveLong, float primitiveFloat, double primitiveDouble, Boolean boxedBoolean,
			Byte boxedByte, Short boxedShort, Character boxedChar, Integer boxedInt, Long boxedLong, Float boxedFloat,
			Double boxedDouble, String string, byte[] bytes, BigInteger bigInteger, BigDecimal bigDecimal, UUID uuid,
			InetAddress address, URI uri, Path path, Instant instant, Duration duration, Period period,
			LocalDate localDate, LocalTime localTime, LocalDateTime localDateTime, OffsetTime offsetTime,
			OffsetDateTime offsetDateTime, ZonedDateTime zonedDateTime, ZoneId zoneId, ZoneOffset zoneOffset, Year year,
			YearMonth yearMonth, MonthDay monthDay, DayOfWeek dayOfWeek, Month month);

	void enumeration(Color value);

	void optional(Optional<String> value);

	void optionalOfRecord(Optional<Point> value);

	void ints(int[] value);

	void longs(long[] value);

	void doubles(double[] value);

	void floats(float[] value);

	void shorts(short[] value);

	void chars(char[] value);

	void booleans(boolean[] value);

	void strings(String[] value);

	void points(Point[] value);

	void matrix(int[][] value);

	void blobs(byte[][] value);

	void list(List<@Nullable String> value);

	void listOfBytes(List<byte[]> value);

	void set(Set<Integer> value);

	void setOfLists(Set<List<String>> value);

	void setOfSets(Set<Set<List<String>>> value);

	void setOfPaths(Set<Path> value);

	void setOfPoints(Set<Point> value);

	void setOfTexts(Set<String> value);

	void map(Map<String, @Nullable Long> value);

	void enumMap(Map<Color, List<Point>> value);

	void nested(List<Map<String, List<Set<Point>>>> value);

	void record(Point value);

	void empty(Empty value);

	void primitives(Primitives value);

	void boxes(Boxes value);

	void pair(Pair<String, List<Point>> value);

	void pairs(List<Pair<Color, Pair<Integer, @Nullable Instant>>> value);

	void tree(Tree value);

	void holder(Holder value);

	void getter(WithGetter value);

	void picky(Picky value);

	void angry(Angry value);

	void tagged(Tagged value);

	void addresses(List<InetAddress> value);

	void sealed(Shape value);

	void outcomes(List<Outcome<String>> value);

	void wildcards(Map<? extends Color, ? extends List<? extends Point>> value);

	void byteMap(Map<Byte, String> value);

	void shortMap(Map<Short, String> value);

	void intMap(Map<Integer, String> value);

	void longMap(Map<Long, String> value);

	void uuidMap(Map<UUID, String> value);

	void nullKeys(Map<@Nullable String, String> value);

	/** An enum whose text is not its name, and whose constant has a body. */
	enum Color {

		RED, GREEN {

			@Override
			public String toString() {
				return "gruen";
			}

		};

		@Override
		public String toString() {
			return "rot";
		}

	}

	record Point(int x, int y) {
	}

	record Empty() {
	}

	record Primitives(boolean z, byte b, short s, char c, int i, long l, float f, double d) {
	}

	record Boxes(@Nullable Boolean z, @Nullable Byte b, @Nullable Short s, @Nullable Character c, @Nullable Integer i,
			@Nullable Long l, @Nullable Float f, @Nullable Double d, @Nullable String text, byte @Nullable [] bytes) {
	}

	record Pair<A, B>(A first, B second) {
	}

	record Tree(String name, List<Tree> children) {
	}

	record Holder(Optional<Path> path, Optional<Point> point, @Nullable List<String> names,
			Map<Color, BigDecimal> prices) {
	}

	record WithGetter(String name) {

		public String getUpperCase() {
			return this.name.toUpperCase(java.util.Locale.ROOT);
		}

		public boolean isEmpty() {
			return this.name.isEmpty();
		}

	}

	record Picky(int port) {

		public Picky {
			if (port <= 0) {
				throw new IllegalArgumentException("A port is positive");
			}
		}

	}

	record Tagged(byte @Nullable [] bytes, @Nullable UUID id) {
	}

	record Angry(int how) {

		public Angry {
			switch (how) {
				case 0 -> throw new AssertionError("no");
				case 1 -> throw new Unreadable();
				case 2 -> new Angry(2);
				case 3 -> throw new Speechless();
				default -> Broken.fail();
			}
		}

	}

	/** Its message throws as well. */
	class Unreadable extends RuntimeException {

		private static final long serialVersionUID = 1L;

		@Override
		public String getMessage() {
			throw new IllegalStateException("never");
		}

	}

	/** Its message throws an error. */
	class Speechless extends RuntimeException {

		private static final long serialVersionUID = 1L;

		@Override
		public String getMessage() {
			throw new AssertionError("never");
		}

	}

	/** It cannot be initialized. */
	final class Broken {

		private static final int VALUE = Integer.parseInt("no number");

		private Broken() {
		}

		static void fail() {
			throw new IllegalStateException("not even " + VALUE);
		}

	}

	sealed interface Shape permits Circle, Polygon, Named {

	}

	record Circle(Point centre, double radius) implements Shape {
	}

	sealed interface Polygon extends Shape permits Square, Group {

	}

	record Square(Point corner, int side) implements Polygon {
	}

	record Group(List<Shape> shapes) implements Polygon {
	}

	enum Named implements Shape {

		EMPTY, PLANE {

			@Override
			public String toString() {
				return "all of it";
			}

		}

	}

	sealed interface Outcome<T> permits Success, Failure, Count {

	}

	record Success<V>(V value) implements Outcome<V> {
	}

	record Failure<V>(String message) implements Outcome<V> {
	}

	/** Never an {@code Outcome<String>}. */
	record Count(int value) implements Outcome<Integer> {
	}

}
