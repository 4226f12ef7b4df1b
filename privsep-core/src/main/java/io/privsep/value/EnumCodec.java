package io.privsep.value;

/**
 * The codec of an enum: the position of the constant.
 */
final class EnumCodec extends ValueCodec {

	private final Object[] constants;

	EnumCodec(Class<?> type) {
		super(type, type.getName());
		this.constants = type.getEnumConstants();
	}

	/**
	 * The names of the constants, in their order.
	 * @return the names
	 */
	String constants() {
		StringBuilder names = new StringBuilder();
		for (Object constant : this.constants) {
			names.append(((Enum<?>) constant).name()).append(',');
		}
		return names.toString();
	}

	@Override
	void writeValue(Object value, ValueWriter out) {
		out.frame().putShort((short) ((Enum<?>) type().cast(value)).ordinal());
	}

	@Override
	Object readValue(ValueReader in) {
		return this.constants[in.position("constant", this.constants.length)];
	}

}
