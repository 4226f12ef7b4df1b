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
 * made, each with the size of what is compared, and there is an end to them. Sets within
 * sets are compared element by element, so what an element has cost so far counts as its
 * size. The elements of honest sets hardly ever share a hash code: a square of 80,000
 * points, which share one with four others on average, costs an eighth of the bound.
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
		Map<Integer, Integer> hashCodes = new HashMap<>();
		for (int i = 0; i < count; i++) {
			long before = in.cost();
			Object each = element().read(in);
			if (!this.isOrdered) {
				int others = hashCodes.merge(Objects.hashCode(each), 1, Integer::sum) - 1;
				in.addCompared(others * (in.cost() - before));
			}
			if (!set.add(each)) {
				throw new UnacceptableValueException("a set has an element twice");
			}
		}
		in.end();
		return set;
	}

}
