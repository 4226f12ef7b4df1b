package io.privsep.value;

import java.util.List;

/**
 * The codec of a sealed interface: which of the records and enums that it permits, by its
 * position, and that one's value.
 */
final class SealedCodec extends ValueCodec {

	private ValueCodec[] permitted = {};

	SealedCodec(Class<?> type, String typeName) {
		super(type, typeName);
	}

	// afterwards, as they may have the interface in them
	void setPermitted(List<ValueCodec> permitted) {
		this.permitted = permitted.toArray(this.permitted);
	}

	@Override
	void writeValue(Object value, ValueWriter out) {
		// a constant with a body has a class of its own
		Class<?> type = (value instanceof Enum<?> constant) ? constant.getDeclaringClass() : value.getClass();
		for (int i = 0; i < this.permitted.length; i++) {
			if (this.permitted[i].type() == type) {
				out.begin(1);
				out.frame().putShort((short) i);
				this.permitted[i].writeValue(value, out);
				out.end();
				return;
			}
		}
		throw new UnacceptableValueException("it does not permit '" + type.getName() + "'");
	}

	@Override
	Object readValue(ValueReader in) {
		int position = in.position("type", this.permitted.length);
		in.begin(1);
		Object value = this.permitted[position].readValue(in);
		in.end();
		return value;
	}

}
