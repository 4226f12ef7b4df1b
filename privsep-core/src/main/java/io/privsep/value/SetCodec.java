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
		int count = in.beginElements(this.each);
		Set<@Nullable Object> set = new LinkedHashSet<>();
		// how many there are with a hash code so far, and what they have cost
		Map<Integer, long[]> sharing = new HashMap<>();
		for (int i = 0; i < count; i++) {
			long before = in.cost();
			Object each = this.element.read(in);
			if (!this.isOrdered) {
				long cost = in.cost() - before;
				long[] others = sharing.computeIfAbsent(Objects.hashCode(each), (hashCode) -> new long[2]);
				in.addCompared(others[0]++ * cost + others[1]);
				others[1] += cost;
			}
			if (!set.add(each)) {
				throw new UnacceptableValueException("a set has an element twice");
			}
		}
		in.end();
		return set;
	}

}
