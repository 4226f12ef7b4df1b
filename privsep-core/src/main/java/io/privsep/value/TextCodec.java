package io.privsep.value;

import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
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

/**
 * The codec of types whose values are written as their texts.
 */
final class TextCodec extends ValueCodec {

	private static final int MAX_YEAR_WITHOUT_SIGN = 9999;

	private TextCodec(Class<?> type) {
		super(type, type.getName());
	}

	// so that a method that may need it does not load it
	static ValueCodec of(Class<?> type) {
		return new TextCodec(type);
	}

	@Override
	void writeValue(Object value, ValueWriter out) {
		out.count(further());
		String text = text(value);
		// what would arrive as another value is not sent: a file name that is not UTF-8,
		// a URI that was put together from parts that do not belong there
		if (!isTextOf(value, text)) {
			throw new UnacceptableValueException("it cannot be rebuilt from its text");
		}
		out.frame().putString(text);
	}

	@Override
	Object readValue(ValueReader in) {
		in.count(further());
		String text = in.frame().getString();
		Object value = value(text);
		// so that a value has one digest in an audit; a URI may equal others
		if (!text(value).equals(text)) {
			throw new UnacceptableValueException("its text is not in canonical form");
		}
		return value;
	}

	// An URI keeps its parts as texts, and takes 430 bytes.
	private int further() {
		return switch (typeName()) {
			case "java.net.URI" -> 7;
			case "java.time.ZonedDateTime", "java.time.OffsetDateTime", "java.time.ZoneId", "java.time.ZoneOffset" -> 1;
			default -> 0;
		};
	}

	private static String text(Object value) {
		String text = value.toString();
		return (value instanceof YearMonth month && month.getYear() > MAX_YEAR_WITHOUT_SIGN) ? "+" + text : text;
	}

	// What the JDK says of a text that is of no value has the text in it.
	private boolean isTextOf(Object value, String text) {
		try {
			return value(text).equals(value);
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			return false;
		}
	}

	private Object value(String text) {
		return switch (typeName()) {
			case "java.net.URI" -> URI.create(text);
			case "java.nio.file.Path" -> path(text);
			case "java.time.Instant" -> Instant.parse(text);
			case "java.time.Duration" -> Duration.parse(text);
			case "java.time.Period" -> Period.parse(text);
			case "java.time.LocalDate" -> LocalDate.parse(text);
			case "java.time.LocalTime" -> LocalTime.parse(text);
			case "java.time.LocalDateTime" -> LocalDateTime.parse(text);
			case "java.time.OffsetTime" -> OffsetTime.parse(text);
			case "java.time.OffsetDateTime" -> OffsetDateTime.parse(text);
			case "java.time.ZonedDateTime" -> ZonedDateTime.parse(text);
			case "java.time.ZoneId" -> ZoneId.of(text);
			case "java.time.ZoneOffset" -> ZoneOffset.of(text);
			case "java.time.Year" -> Year.of(Integer.parseInt(text));
			case "java.time.YearMonth" -> YearMonth.parse(text);
			case "java.time.MonthDay" -> MonthDay.parse(text);
			case "java.time.DayOfWeek" -> DayOfWeek.valueOf(text);
			case "java.time.Month" -> Month.valueOf(text);
			default -> throw new IllegalStateException(SimpleCodec.NO_CODEC + typeName());
		};
	}

	// The same text is another file name where this is not UTF-8.
	private static Path path(String text) {
		if (!"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
			for (int i = 0; i < text.length(); i++) {
				if (text.charAt(i) > 0x7f) {
					throw new UnacceptableValueException(
							"a path has characters beyond ASCII, and this JVM's file names are not UTF-8");
				}
			}
		}
		return Path.of(text);
	}

}
