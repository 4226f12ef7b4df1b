package io.privsep.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.Inet6Address;
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
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameWriter;

/**
 * The codec of the types whose values have no others in them.
 * <p>
 * It chooses by the name of the type, so that a helper loads only the classes that its
 * functions use.
 */
final class SimpleCodec extends ValueCodec {

	/** The types. A type that is not here is not transferable, whatever stands below. */
	static final Set<String> TYPES = Set.of("boolean", "byte", "short", "char", "int", "long", "float", "double",
			"java.lang.Boolean", "java.lang.Byte", "java.lang.Short", "java.lang.Character", "java.lang.Integer",
			"java.lang.Long", "java.lang.Float", "java.lang.Double", "java.lang.String", "[B", "java.math.BigInteger",
			"java.math.BigDecimal", "java.util.UUID", "java.net.InetAddress", "java.net.URI", "java.nio.file.Path",
			"java.time.Instant", "java.time.Duration", "java.time.Period", "java.time.LocalDate", "java.time.LocalTime",
			"java.time.LocalDateTime", "java.time.OffsetTime", "java.time.OffsetDateTime", "java.time.ZonedDateTime",
			"java.time.ZoneId", "java.time.ZoneOffset", "java.time.Year", "java.time.YearMonth", "java.time.MonthDay",
			"java.time.DayOfWeek", "java.time.Month");

	static final int MAX_NUMBER_BITS = 3000;

	private static final int MAX_NUMBER_BYTES = MAX_NUMBER_BITS / 8 + 1;

	/** Larger ones are cheap to send, and cost gigabytes when they are written out. */
	static final int MAX_SCALE = 10_000;

	private static final int IPV6_BYTES = 16;

	private static final int MAX_YEAR_WITHOUT_SIGN = 9999;

	SimpleCodec(Class<?> type) {
		super(type, type.getName());
	}

	@Override
	void write(@Nullable Object value, ValueWriter out) {
		if (!type().isPrimitive()) {
			super.write(value, out);
		}
		else if (type() != void.class) {
			if (value == null) {
				throw new UnacceptableValueException("it is never null");
			}
			writeValue(value, out);
		}
	}

	@Override
	@Nullable Object read(ValueReader in) {
		if (type() == void.class) {
			return null;
		}
		return type().isPrimitive() ? readValue(in) : super.read(in);
	}

	@Override
	void writeValue(Object value, ValueWriter values) {
		FrameWriter out = values.frame();
		switch (typeName()) {
			case "boolean", "java.lang.Boolean" -> out.putBoolean((Boolean) value);
			case "byte", "java.lang.Byte" -> out.putByte((Byte) value);
			case "short", "java.lang.Short" -> out.putShort((Short) value);
			case "char", "java.lang.Character" -> out.putShort((short) ((Character) value).charValue());
			case "int", "java.lang.Integer" -> out.putInt((Integer) value);
			case "long", "java.lang.Long" -> out.putLong((Long) value);
			case "float", "java.lang.Float" -> out.putInt(Float.floatToRawIntBits((Float) value));
			case "double", "java.lang.Double" -> out.putLong(Double.doubleToRawLongBits((Double) value));
			case "java.lang.String" -> out.putString((String) value);
			case "[B" -> out.putBytes((byte[]) value);
			case "java.math.BigInteger" -> out.putBytes(bounded((BigInteger) value).toByteArray());
			case "java.math.BigDecimal" -> {
				BigDecimal number = (BigDecimal) value;
				out.putInt(bounded(number.scale())).putBytes(bounded(number.unscaledValue()).toByteArray());
			}
			case "java.util.UUID" ->
				out.putLong(((UUID) value).getMostSignificantBits()).putLong(((UUID) value).getLeastSignificantBits());
			case "java.net.InetAddress" -> out.putBytes(address((InetAddress) value));
			default -> out.putString(text(value));
		}
	}

	@Override
	Object readValue(ValueReader values) {
		FrameBody in = values.frame();
		return switch (typeName()) {
			case "boolean", "java.lang.Boolean" -> in.getBoolean();
			case "byte", "java.lang.Byte" -> (byte) in.getByte();
			case "short", "java.lang.Short" -> in.getShort();
			case "char", "java.lang.Character" -> (char) in.getShort();
			case "int", "java.lang.Integer" -> in.getInt();
			case "long", "java.lang.Long" -> in.getLong();
			case "float", "java.lang.Float" -> Float.intBitsToFloat(in.getInt());
			case "double", "java.lang.Double" -> Double.longBitsToDouble(in.getLong());
			case "java.lang.String" -> in.getString();
			case "[B" -> in.getBytes();
			case "java.math.BigInteger" -> integer(in);
			case "java.math.BigDecimal" -> {
				int scale = bounded(in.getInt());
				yield new BigDecimal(integer(in), scale);
			}
			case "java.util.UUID" -> new UUID(in.getLong(), in.getLong());
			case "java.net.InetAddress" -> address(in.getBytes(IPV6_BYTES));
			default -> value(in.getString());
		};
	}

	private static BigInteger integer(FrameBody in) {
		byte[] bytes = in.getBytes(MAX_NUMBER_BYTES);
		BigInteger number = bounded(new BigInteger(bytes));
		if (number.bitLength() / 8 + 1 != bytes.length) {
			throw new UnacceptableValueException("a number has bytes that it does not need");
		}
		return number;
	}

	private static BigInteger bounded(BigInteger number) {
		if (number.bitLength() > MAX_NUMBER_BITS) {
			throw new UnacceptableValueException("a number has more than " + MAX_NUMBER_BITS + " bits");
		}
		return number;
	}

	private static int bounded(int scale) {
		if (scale > MAX_SCALE || scale < -MAX_SCALE) {
			throw new UnacceptableValueException("a number has a scale beyond " + MAX_SCALE);
		}
		return scale;
	}

	private static byte[] address(InetAddress address) {
		if (address instanceof Inet6Address scoped && scoped.getScopeId() != 0) {
			throw new UnacceptableValueException("an address has a scope, which would be lost");
		}
		return address.getAddress();
	}

	private static InetAddress address(byte[] bytes) {
		try {
			InetAddress address = InetAddress.getByAddress(bytes);
			if (address.getAddress().length == bytes.length) {
				return address;
			}
		}
		catch (UnknownHostException ex) {
			// not of 4 or 16 bytes
		}
		throw new UnacceptableValueException("it is no address");
	}

	// What would arrive as another value is not sent: a file name that is not UTF-8, an
	// URI that was put together from parts that do not belong there.
	private String text(Object value) {
		String text = value.toString();
		if (value instanceof YearMonth month && month.getYear() > MAX_YEAR_WITHOUT_SIGN) {
			text = "+" + text;
		}
		if (!value(text).equals(value)) {
			throw new UnacceptableValueException("its text is that of another value");
		}
		return text;
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
			default -> throw new IllegalStateException("There is no codec of '" + typeName() + "'");
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
