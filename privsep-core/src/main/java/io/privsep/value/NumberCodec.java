package io.privsep.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

import io.privsep.wire.FrameBody;
import io.privsep.wire.FrameWriter;

/**
 * The codec of numbers of any size, of UUIDs, and of addresses.
 */
final class NumberCodec extends ValueCodec {

	static final int MAX_NUMBER_BITS = 3000;

	private static final int MAX_NUMBER_BYTES = MAX_NUMBER_BITS / 8 + 1;

	/** Larger ones are cheap to send, and cost gigabytes when they are written out. */
	static final int MAX_SCALE = 10_000;

	private static final int IPV6_BYTES = 16;

	private NumberCodec(Class<?> type) {
		super(type, type.getName());
	}

	// so that a method that may need it does not load it
	static ValueCodec of(Class<?> type) {
		return new NumberCodec(type);
	}

	@Override
	void writeValue(Object value, ValueWriter values) {
		values.count(further());
		FrameWriter out = values.frame();
		switch (typeName()) {
			case "java.math.BigInteger" -> out.putBytes(bounded((BigInteger) value).toByteArray());
			case "java.math.BigDecimal" -> {
				BigDecimal number = (BigDecimal) value;
				out.putInt(bounded(number.scale())).putBytes(bounded(number.unscaledValue()).toByteArray());
			}
			case "java.util.UUID" ->
				out.putLong(((UUID) value).getMostSignificantBits()).putLong(((UUID) value).getLeastSignificantBits());
			case "java.net.InetAddress" -> out.putBytes(address((InetAddress) value));
			default -> throw new IllegalStateException(SimpleCodec.NO_CODEC + typeName());
		}
	}

	@Override
	Object readValue(ValueReader values) {
		values.count(further());
		FrameBody in = values.frame();
		return switch (typeName()) {
			case "java.math.BigInteger" -> integer(in);
			case "java.math.BigDecimal" -> {
				int scale = bounded(in.getInt());
				yield new BigDecimal(integer(in), scale);
			}
			case "java.util.UUID" -> new UUID(in.getLong(), in.getLong());
			case "java.net.InetAddress" -> address(in.getBytes(IPV6_BYTES));
			default -> throw new IllegalStateException(SimpleCodec.NO_CODEC + typeName());
		};
	}

	private int further() {
		return switch (typeName()) {
			case "java.math.BigDecimal", "java.net.InetAddress" -> 1;
			default -> 0;
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

}
