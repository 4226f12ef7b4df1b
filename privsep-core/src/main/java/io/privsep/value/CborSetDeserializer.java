package io.privsep.value;

import java.util.AbstractCollection;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.NullValueProvider;
import tools.jackson.databind.deser.jdk.CollectionDeserializer;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.jsontype.TypeDeserializer;

/**
 * Reads the sets whose elements may share a hash code at the sender's will.
 * <p>
 * A {@link java.util.HashSet} compares an element with each that has the same hash code,
 * unless they are comparable with one another: 40,000 lists that were chosen for it took
 * 11 s, and reading cannot be cancelled. So the comparisons are counted before they are
 * made, each with the size of what is compared, and there is an end to them. Sets within
 * sets are compared element by element, so what an element has cost so far counts as its
 * size. The elements of honest sets hardly ever share a hash code: a square of 80,000
 * points, which share one with four others on average, costs an eighth of the bound.
 */
final class CborSetDeserializer extends CollectionDeserializer {

	/**
	 * The most bytes of elements to compare with others of one hash code in one value. To
	 * compare so many takes some hundredths of a second, whatever they are.
	 */
	static final long MAX_COMPARED = 1 << 25;

	CborSetDeserializer(CollectionDeserializer deserializer) {
		super(deserializer);
	}

	@Override
	protected CollectionDeserializer withResolved(ValueDeserializer<?> delegate, ValueDeserializer<?> element,
			TypeDeserializer elementType, NullValueProvider nulls, Boolean unwrapSingle) {
		return new CborSetDeserializer(super.withResolved(delegate, element, elementType, nulls, unwrapSingle));
	}

	@Override
	protected Collection<Object> _deserializeFromArray(JsonParser parser, DeserializationContext context,
			Collection<Object> set) {
		super._deserializeFromArray(parser, context, new CountedCollection(set, parser, context));
		return set;
	}

	/**
	 * Adds to a set what is added to it, unless that would cost too much.
	 */
	private final class CountedCollection extends AbstractCollection<Object> {

		private final Collection<Object> set;

		private final JsonParser parser;

		private final DeserializationContext context;

		private final Map<Integer, Integer> hashCodes = new HashMap<>();

		private long before;

		CountedCollection(Collection<Object> set, JsonParser parser, DeserializationContext context) {
			this.set = set;
			this.parser = parser;
			this.context = context;
			this.before = offset() + compared();
		}

		@Override
		public boolean add(@Nullable Object element) {
			long size = offset() + compared() - this.before;
			int others = this.hashCodes.merge(Objects.hashCode(element), 1, Integer::sum) - 1;
			long compared = compared() + others * size;
			if (compared > MAX_COMPARED) {
				String message = "Too many elements of a set have the same hash code";
				throw ValueInstantiationException.from(this.parser, message, getValueType(),
						new IllegalArgumentException(message));
			}
			this.context.setAttribute(CborSetDeserializer.class, compared);
			this.before = offset() + compared;
			return this.set.add(element);
		}

		private long offset() {
			return this.parser.currentLocation().getByteOffset();
		}

		// by all sets of the value that is read
		private long compared() {
			return (this.context.getAttribute(CborSetDeserializer.class) instanceof Long compared) ? compared : 0;
		}

		@Override
		public Iterator<Object> iterator() {
			return this.set.iterator();
		}

		@Override
		public int size() {
			return this.set.size();
		}

	}

}
