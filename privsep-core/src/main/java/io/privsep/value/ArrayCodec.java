package io.privsep.value;

import java.lang.reflect.Array;
import java.util.List;

/**
 * The codec of arrays, but those of primitives: they are written like lists.
 */
final class ArrayCodec extends ListCodec {

	ArrayCodec(ValueCodec element) {
		super(element.type().arrayType(), element.typeName() + "[]", element);
	}

	@Override
	Object readValue(ValueReader in) {
		return ((List<?>) super.readValue(in)).toArray((Object[]) Array.newInstance(this.element.type(), 0));
	}

}
