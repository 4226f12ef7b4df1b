package io.privsep.value;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The codec of lists, and of what is written like them.
 */
sealed class ListCodec extends ValueCodec permits ArrayCodec, SetCodec {

	final ValueCodec element;

	/**
	 * As how many an element counts. One of a set takes an entry as well, which matters
	 * where it has no others in it that are counted.
	 */
	final int each;

	ListCodec(Class<?> type, ValueCodec element) {
		this(type, type.getName() + "<" + element.typeName() + ">", element);
	}

	ListCodec(Class<?> type, String typeName, ValueCodec element) {
		super(type, typeName);
		this.element = element;
		this.each = (type == Set.class && TransferableTypes.isSingle(element.type())) ? 2 : 1;
	}

	@Override
	final void writeValue(Object value, ValueWriter out) {
		Collection<?> elements = (value instanceof Object[] array) ? Arrays.asList(array) : (Collection<?>) value;
		int count = elements.size();
		out.begin((long) count * this.each);
		out.frame().putInt(count);
		for (Object each : elements) {
			this.element.write(each, out);
			count--;
		}
		if (count != 0) {
			throw new UnacceptableValueException("its number of elements changes");
		}
		out.end();
	}

	@Override
	Object readValue(ValueReader in) {
		int count = in.beginElements(1);
		List<@Nullable Object> list = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			list.add(this.element.read(in));
		}
		in.end();
		return list;
	}

}
