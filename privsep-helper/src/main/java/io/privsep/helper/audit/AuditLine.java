package io.privsep.helper.audit;

import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.privsep.Audited;
import io.privsep.function.PrivilegedFunction;
import io.privsep.helper.check.ProcessFacts;
import io.privsep.wire.FrameBody;
import io.privsep.wire.LogLine;

/**
 * The lines of an audit, each of them an object in JSON.
 * <p>
 * Values are from anyone: what is not printed is escaped, and what is long is cut. A line
 * is then one write to a pipe, which does not mix with others (pipe(7): 4096 bytes).
 */
public final class AuditLine {

	static final int MAX_LENGTH = 4096;

	private static final int MAX_SIGNATURE = 600;

	private static final int MAX_VALUE = 256;

	private static final int MAX_VALUES = 2048;

	private static final int MAX_CONTEXT = 64;

	private final String who;

	private final Clock clock;

	/**
	 * Makes the lines of a context.
	 * @param context name of the context
	 * @param peer user id at the other end of the connection, which has been checked; -1
	 * if the platform has none
	 * @param clock tells the time of a line
	 */
	public AuditLine(String context, int peer, Clock clock) {
		StringBuilder text = new StringBuilder(",\"context\":");
		quote(context, MAX_CONTEXT, text);
		text.append(",\"helper\":").append(ProcessFacts.pid()).append(",\"peer\":{\"uid\":");
		text.append((peer != -1) ? Integer.toUnsignedString(peer) : "null").append('}');
		this.who = text.toString();
		this.clock = clock;
	}

	/**
	 * The digest of arguments.
	 * @param arguments the arguments as they came
	 * @return their SHA-256
	 */
	static byte[] digest(FrameBody arguments) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			arguments.addTo(digest);
			return digest.digest();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/**
	 * What is written of a function and its arguments.
	 * @param function the function
	 * @param principal on whose behalf the application claims to call, if it does
	 * @param digest the digest of the arguments
	 * @param arguments the arguments
	 * @return the text
	 */
	String arguments(PrivilegedFunction function, @Nullable String principal, byte[] digest,
			@Nullable Object[] arguments) {
		StringBuilder text = new StringBuilder(",\"function\":");
		quote(function.signature(), MAX_SIGNATURE, text);
		text.append(",\"digest\":\"").append(HexFormat.of().formatHex(digest)).append('"');
		if (principal != null) {
			quote(principal, MAX_VALUE, text.append(",\"claimed\":{\"principal\":"));
			text.append('}');
		}
		Parameter[] parameters = function.method().getParameters();
		String separator = ",\"arguments\":{";
		int left = MAX_VALUES;
		for (int i = 0; i < parameters.length; i++) {
			if (parameters[i].isAnnotationPresent(Audited.class)) {
				StringBuilder value = new StringBuilder(separator);
				quote(parameters[i].getName(), MAX_VALUE, value);
				value.append(':');
				Object argument = arguments[i];
				if (argument == null) {
					value.append("null");
				}
				else {
					quote((argument instanceof Enum<?> constant) ? constant.name() : argument.toString(), MAX_VALUE,
							value);
				}
				left -= value.toString().getBytes(StandardCharsets.UTF_8).length;
				if (left < 0) {
					break;
				}
				text.append(value);
				separator = ",";
			}
		}
		return separator.equals(",") ? text.append('}').toString() : text.toString();
	}

	byte[] started(AuditedCall call) {
		return line(call.sequence(), call.text(), "STARTED", "");
	}

	byte[] ended(AuditedCall call, @Nullable Throwable thrown) {
		if (thrown == null) {
			return line(call.sequence(), call.text(), "SUCCESS", micros(call));
		}
		StringBuilder text = new StringBuilder(micros(call)).append(",\"thrown\":");
		quote(thrown.getClass().getName(), MAX_VALUE, text);
		return line(call.sequence(), call.text(), "ERROR", text.toString());
	}

	byte[] refused(AuditedCall call, String reason) {
		StringBuilder text = new StringBuilder(",\"reason\":");
		quote(reason, MAX_VALUE, text);
		return line(call.sequence(), call.text(), "REFUSED", text.toString());
	}

	/**
	 * A line that also tells of those before it that could not be written.
	 * @param line the line
	 * @param lost how many there were
	 * @return the line with their number
	 */
	static byte[] withLost(byte[] line, int lost) {
		String text = new String(line, StandardCharsets.UTF_8);
		return (text.substring(0, text.length() - "}\n".length()) + ",\"lost\":" + lost + "}\n")
			.getBytes(StandardCharsets.UTF_8);
	}

	byte[] unfinished(AuditedCall call) {
		return line(call.sequence(), call.text(), "UNFINISHED", micros(call));
	}

	byte[] refused(long sequence, int function, String reason) {
		StringBuilder text = new StringBuilder(",\"reason\":");
		quote(reason, MAX_VALUE, text);
		return line(sequence, ",\"number\":" + function, "REFUSED", text.toString());
	}

	private static String micros(AuditedCall call) {
		return ",\"micros\":" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - call.start());
	}

	private byte[] line(long sequence, String call, String outcome, String end) {
		return ("{\"time\":\"" + this.clock.instant() + '"' + this.who + ",\"sequence\":" + sequence + call
				+ ",\"outcome\":\"" + outcome + '"' + end + "}\n")
			.getBytes(StandardCharsets.UTF_8);
	}

	private static void quote(String value, int maxBytes, StringBuilder text) {
		text.append('"');
		int left = maxBytes;
		int i = 0;
		while (i < value.length()) {
			int character = value.codePointAt(i);
			String shown = shown(character);
			left -= shown.getBytes(StandardCharsets.UTF_8).length;
			if (left < 0) {
				text.append("...");
				break;
			}
			text.append(shown);
			i += Character.charCount(character);
		}
		text.append('"');
	}

	private static String shown(int character) {
		if (character == '"' || character == '\\') {
			return "\\" + (char) character;
		}
		if (LogLine.isPrinted(character)) {
			return Character.toString(character);
		}
		StringBuilder escaped = new StringBuilder();
		for (char each : Character.toChars(character)) {
			escaped.append("\\u").append(HexFormat.of().toHexDigits(each));
		}
		return escaped.toString();
	}

}
