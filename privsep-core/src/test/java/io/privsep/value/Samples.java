package io.privsep.value;

import java.math.BigDecimal;
import java.math.BigInteger;
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

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * Signatures with the types that may cross. The methods are never called.
 */
@SuppressWarnings("unused")
interface Samples {

	void values(BigInteger bigInteger, BigDecimal bigDecimal, UUID uuid, Path path, URI uri, Instant instant,
			Duration duration, Period period, LocalDate localDate, LocalTime localTime, LocalDateTime localDateTime,
			OffsetTime offsetTime, OffsetDateTime offsetDateTime, ZonedDateTime zonedDateTime, ZoneId zoneId,
			ZoneOffset zoneOffset, Year year, YearMonth yearMonth, MonthDay monthDay, DayOfWeek dayOfWeek, Month month,
			Color color);

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

	void annotated(Annotated value);

	void picky(Picky value);

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

	@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
	record Annotated(@JsonProperty("renamed") String name, @JsonIgnore String secret) {
	}

	record Picky(int port) {

		public Picky {
			if (port <= 0) {
				throw new IllegalArgumentException("A port is positive");
			}
		}

	}

}
