package io.privsep.value;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The codec of sets.
 * <p>
 * A {@link java.util.HashSet} compares an element with each that has the same hash code,
 * unless they are comparable with one another: 40,000 lists that were chosen for it took
 * 11 s, and reading cannot be cancelled. So the comparisons are counted before they are
 * made, each with the size of both that are compared, and there is an end to them. The
 * larger one counts too: a set is compared with another by a search for the other's
 * elements, which computes their hash codes, so that one large set costs as much with
 * each of many small ones. Sets within sets are compared element by element, so what an
 * element has cost so far counts as its size. The elements of honest sets hardly ever
 * share a hash code: a square of 80,000 points, which share one with four others on
 * average, costs a quarter of the bound.
 */
final class SetCodec extends ListCodec {

	/** Sets keep these in order where their hash codes are the same. */
	private final boolean isOrdered;

	SetCodec(ValueCodec element) {
		super(Set.class, element);
		this.isOrdered = element.typeName().startsWith("java.lang.");
	}

	@Override
	Object readValue(ValueReader in) {
		int count = in.beginElements(1);
		Set<@Nullable Object> set = new LinkedHashSet<>();
		Map<Integer, Sharing> sharing = new HashMap<>();
		for (int i = 0; i < count; i++) {
			long before = in.cost();
			Object each = element().read(in);
			if (!this.isOrdered) {
				long cost = in.cost() - before;
				int hashCode = Objects.hashCode(each);
				Sharing others = sharing.getOrDefault(hashCode, Sharing.NONE);
				in.addCompared(others.count * cost + others.cost);
				sharing.put(hashCode, new Sharing(others.count + 1, others.cost + cost));
			}
			if (!set.add(each)) {
				throw new UnacceptableValueException("a set has an element twice");
			}
		}
		in.end();
		return set;
	}

	/** The elements so far that share one hash code. */
	private record Sharing(long count, long cost) {

		static final Sharing NONE = new Sharing(0, 0);

	}

}
