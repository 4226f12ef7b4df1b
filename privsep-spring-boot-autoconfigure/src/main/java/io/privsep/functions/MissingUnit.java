package io.privsep.functions;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The unit that is missing from a duration or a size. Spring Boot takes numbers for
 * milliseconds and bytes, which hardly anybody means who writes 5 or 64.
 */
public final class MissingUnit {

	private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,18}");

	/** More than this is no number of seconds, but of milliseconds. */
	private static final int MOST_SECONDS = 999;

	/** More than this is no number of megabytes, but of bytes. */
	private static final int MOST_MEGABYTES = 9999;

	/** From the largest, each 1024 of the next. */
	private static final List<String> UNITS = List.of("GB", "MB", "KB");

	private MissingUnit() {
	}

	/**
	 * What was probably meant by a number.
	 * @param text what was written
	 * @param type a duration or a size
	 * @return the number with a unit; {@code null} if it needs none
	 */
	public static @Nullable String suggestion(String text, Class<?> type) {
		String number = text.strip();
		if (!NUMBER.matcher(number).matches() || new BigInteger(number).signum() == 0) {
			return null;
		}
		long value = Long.parseLong(number);
		if (type == Duration.class) {
			return (Math.abs(value) > MOST_SECONDS) ? value + "ms" : value + "s";
		}
		return (Math.abs(value) > MOST_MEGABYTES) ? bytes(value) : value + "MB";
	}

	private static String bytes(long value) {
		for (int i = 0; i < UNITS.size(); i++) {
			long unit = 1L << 10 * (UNITS.size() - i);
			if (value % unit == 0) {
				return value / unit + UNITS.get(i);
			}
		}
		return value + "B";
	}

}
