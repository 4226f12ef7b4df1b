package io.privsep.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * One log event of a helper, as one line of its standard error.
 * <p>
 * What is logged may come from anyone. Separators, line ends and all else that is not
 * printed are escaped within a field: no text can pass for another field or another
 * event. A line is an event only if it is as {@link #format} writes it, with the same
 * bounds.
 *
 * @param level the level, in upper case
 * @param logger name of the logger
 * @param thread name of the thread
 * @param mdc the mapped diagnostic context
 * @param message the message
 * @param stackTrace the stack trace of what was thrown, or empty
 * @param pairs the keys and values of the event itself
 * @param time when it was logged, in milliseconds since 1970
 */
public record LogLine(String level, String logger, String thread, Map<String, String> mdc, String message,
		String stackTrace, Map<String, String> pairs, long time) {

	/** The longest line that is written, and the longest that is read, in characters. */
	public static final int MAX_LENGTH = 1 << 16;

	private static final String VERSION = "privsep2";

	private static final char START = '\u001e';

	private static final char FIELD = '\u001f';

	private static final char PAIR = '\u001d';

	private static final int FIELDS = 9;

	private static final Set<String> LEVELS = Set.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

	private static final int MAX_NAME = 512;

	private static final int MAX_PAIRS = 16;

	private static final int MAX_MESSAGE = 8192;

	private static final int MAX_STACK_TRACE = 16384;

	private static final String CUT = "...";

	/** The longest escape of one character, which may be a pair of surrogates. */
	private static final int MAX_ESCAPE = "\\u0000\\u0000".length();

	/**
	 * The event as a line. Fields that are too long are cut.
	 * @return the line, without its end
	 */
	public String format() {
		StringBuilder line = new StringBuilder(256);
		line.append(START).append(VERSION).append(FIELD);
		escape(this.level, MAX_NAME, line);
		escape(this.logger, MAX_NAME, line.append(FIELD));
		escape(this.thread, MAX_NAME, line.append(FIELD));
		format(this.mdc, line.append(FIELD));
		escape(this.message, MAX_MESSAGE, line.append(FIELD));
		escape(this.stackTrace, MAX_STACK_TRACE, line.append(FIELD));
		format(this.pairs, line.append(FIELD));
		return line.append(FIELD).append(this.time).toString();
	}

	private static void format(Map<String, String> pairs, StringBuilder line) {
		int count = 0;
		for (Map.Entry<String, String> pair : pairs.entrySet()) {
			if (count == MAX_PAIRS) {
				break;
			}
			if (count++ > 0) {
				line.append(PAIR);
			}
			escape(pair.getKey(), MAX_NAME, line);
			escape(pair.getValue(), MAX_NAME, line.append('='));
		}
	}

	/**
	 * A text without anything that ends a line, commands a terminal or turns the
	 * direction of reading: such characters are escaped, as in Java; tabs stay.
	 * @param text the text, from anyone
	 * @return the same to be shown or logged
	 */
	public static String printable(String text) {
		return printable(text, Integer.MAX_VALUE);
	}

	/**
	 * The same of a text of any length. What is cut already, and printable, stays as it
	 * is.
	 * @param text the text, from anyone
	 * @param maxLength the most characters of the result
	 * @return the same to be shown or logged, with three dots at its end if it was cut
	 */
	public static String printable(String text, int maxLength) {
		StringBuilder printable = new StringBuilder(Math.min(text.length(), maxLength));
		int whole = 0;
		int i = 0;
		while (i < text.length()) {
			int character = text.codePointAt(i);
			if (character == '\t' || isPrinted(character)) {
				printable.appendCodePoint(character);
			}
			else {
				escape(character, printable);
			}
			if (printable.length() > maxLength) {
				printable.setLength(whole);
				return printable.append(CUT).toString();
			}
			if (printable.length() <= maxLength - CUT.length()) {
				whole = printable.length();
			}
			i += Character.charCount(character);
		}
		return printable.toString();
	}

	/**
	 * Reads a line of a helper's standard error.
	 * @param line the line, from anyone
	 * @return the event, or {@code null} if the line is none
	 */
	public static @Nullable LogLine parse(String line) {
		if (line.isEmpty() || line.charAt(0) != START || line.length() > MAX_LENGTH) {
			return null;
		}
		String[] fields = line.substring(1).split(String.valueOf(FIELD), FIELDS + 1);
		if (fields.length != FIELDS || !fields[0].equals(VERSION) || !LEVELS.contains(fields[1])) {
			return null;
		}
		try {
			LogLine event = new LogLine(fields[1], unescape(fields[2]), unescape(fields[3]), pairs(fields[4]),
					unescape(fields[5]), unescape(fields[6]), pairs(fields[7]), Long.parseLong(fields[8]));
			return event.format().equals(line) ? event : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static Map<String, String> pairs(String field) {
		Map<String, String> pairs = new LinkedHashMap<>();
		if (!field.isEmpty()) {
			for (String pair : field.split(String.valueOf(PAIR), MAX_PAIRS + 1)) {
				int equals = pair.indexOf('=');
				if (equals < 0 || pairs.size() == MAX_PAIRS) {
					throw new IllegalArgumentException("Not a key with its value");
				}
				pairs.put(unescape(pair.substring(0, equals)), unescape(pair.substring(equals + 1)));
			}
		}
		return Collections.unmodifiableMap(pairs);
	}

	private static void escape(String text, int maxLength, StringBuilder line) {
		int end = line.length() + maxLength - CUT.length();
		int i = 0;
		while (i < text.length()) {
			if (line.length() + MAX_ESCAPE > end) {
				line.append(CUT);
				return;
			}
			int character = text.codePointAt(i);
			escape(character, line);
			i += Character.charCount(character);
		}
	}

	private static void escape(int character, StringBuilder line) {
		switch (character) {
			case '\\' -> line.append("\\\\");
			case '\n' -> line.append("\\n");
			case '\r' -> line.append("\\r");
			case '\t' -> line.append("\\t");
			// separates the keys of the MDC from their values
			case '=' -> escapeHex('=', line);
			default -> {
				if (isPrinted(character)) {
					line.appendCodePoint(character);
				}
				else {
					for (char each : Character.toChars(character)) {
						escapeHex(each, line);
					}
				}
			}
		}
	}

	private static void escapeHex(char character, StringBuilder line) {
		line.append("\\u");
		for (int shift = 12; shift >= 0; shift -= 4) {
			line.append(Character.forDigit(character >> shift & 0xf, 16));
		}
	}

	/**
	 * Whether a character is shown as itself: it ends no line, commands no terminal and
	 * turns no direction of reading.
	 * @param character a code point
	 * @return whether it is
	 */
	public static boolean isPrinted(int character) {
		return switch (Character.getType(character)) {
			// a surrogate is here one without the other
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
					Character.SURROGATE ->
				false;
			default -> true;
		};
	}

	private static String unescape(String field) {
		StringBuilder text = new StringBuilder(field.length());
		int i = 0;
		while (i < field.length()) {
			char character = field.charAt(i++);
			if (character != '\\') {
				text.append(character);
				continue;
			}
			char kind = (i < field.length()) ? field.charAt(i++) : '\0';
			switch (kind) {
				case '\\' -> text.append('\\');
				case 'n' -> text.append('\n');
				case 'r' -> text.append('\r');
				case 't' -> text.append('\t');
				case 'u' -> {
					text.append(unescapeHex(field, i));
					i += 4;
				}
				default -> throw new IllegalArgumentException("Not an escape");
			}
		}
		return text.toString();
	}

	private static char unescapeHex(String field, int start) {
		int value = 0;
		for (int i = start; i < start + 4; i++) {
			int digit = (i < field.length()) ? Character.digit(field.charAt(i), 16) : -1;
			if (digit < 0) {
				throw new IllegalArgumentException("Not four hexadecimal digits");
			}
			value = value * 16 + digit;
		}
		return (char) value;
	}

}
