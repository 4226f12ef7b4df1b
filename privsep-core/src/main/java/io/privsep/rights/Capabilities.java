package io.privsep.rights;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A set of capabilities.
 *
 * @param mask the kernel's bit mask; it may have bits that {@link Capability} does not
 * know
 */
public record Capabilities(long mask) {

	/**
	 * No capability.
	 */
	public static final Capabilities NONE = new Capabilities(0);

	/**
	 * Makes a set.
	 * @param capabilities what is in it
	 * @return the set
	 */
	public static Capabilities of(Collection<Capability> capabilities) {
		long mask = 0;
		for (Capability capability : capabilities) {
			mask |= capability.bit();
		}
		return new Capabilities(mask);
	}

	/**
	 * Whether all of another set are in this one.
	 * @param other the other set
	 * @return whether they are
	 */
	public boolean containsAll(Capabilities other) {
		return (this.mask & other.mask) == other.mask;
	}

	/**
	 * Whether a capability is in it.
	 * @param capability the capability
	 * @return whether it is
	 */
	public boolean contains(Capability capability) {
		return (this.mask & capability.bit()) != 0;
	}

	/**
	 * Whether there is none in it, known or unknown.
	 * @return whether there is none
	 */
	public boolean isEmpty() {
		return this.mask == 0;
	}

	/**
	 * What another set does not have.
	 * @param other the other set
	 * @return what is in this one alone
	 */
	public Capabilities without(Capabilities other) {
		return new Capabilities(this.mask & ~other.mask);
	}

	/**
	 * The names in the kernel's order, as setpriv writes them.
	 * @return the names; a bit without a name as {@code cap_<number>}
	 */
	public List<String> names() {
		List<String> names = new ArrayList<>();
		for (int bit = 0; bit < Long.SIZE; bit++) {
			if ((this.mask & (1L << bit)) != 0) {
				names.add((bit < Capability.values().length) ? Capability.values()[bit].lowerCaseName() : "cap_" + bit);
			}
		}
		return names;
	}

	// a record's own are put together at run time, which takes long at a helper's start
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Capabilities capabilities && this.mask == capabilities.mask;
	}

	@Override
	public int hashCode() {
		return Long.hashCode(this.mask);
	}

	@Override
	public String toString() {
		return names().toString();
	}

}
