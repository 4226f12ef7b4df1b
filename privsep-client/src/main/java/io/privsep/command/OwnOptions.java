package io.privsep.command;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Options of a JVM that are ours, where the user has chosen no other.
 * <p>
 * A JVM mostly takes the last of two options. It does not start with two collectors, or
 * with more heap at first than at most.
 */
final class OwnOptions {

	/** Each says how the heap is collected. */
	static final Set<String> COLLECTORS = Set.of("UseSerialGC", "UseParallelGC", "UseG1GC", "UseZGC", "UseShenandoahGC",
			"UseEpsilonGC");

	/** Sizes the heap after the memory of the machine, for another collector. */
	private static final String AGGRESSIVE_HEAP = "AggressiveHeap";

	private static final Set<String> MOST_HEAP = Set.of("Xmx", "MaxHeapSize", "MaxRAMPercentage", "MinRAMPercentage",
			"MaxRAM", AGGRESSIVE_HEAP);

	/** By the names of ours, those that take their place beside their own. */
	private static final Map<String, Set<String>> REPLACED_BY = Map.of("Xmx", MOST_HEAP, "Xms",
			Stream.concat(MOST_HEAP.stream(), Stream.of("InitialHeapSize", "MinHeapSize", "InitialRAMPercentage"))
				.collect(Collectors.toSet()),
			// of the part of a limited space for classes, or none, the JVM takes care
			"CompressedClassSpaceSize", Set.of("-UseCompressedClassPointers", "MaxMetaspaceSize"),
			// it is their sum, and at least the first
			"ReservedCodeCacheSize", Set.of("InitialCodeCacheSize", "NonNMethodCodeHeapSize", "ProfiledCodeHeapSize",
					"NonProfiledCodeHeapSize"));

	private static final Pattern NAME = Pattern.compile("-(?:XX:([+-]?\\w+)|D([^=]+)|(Xm[sx])).*", Pattern.DOTALL);

	private OwnOptions() {
	}

	/**
	 * Leaves out those of ours in whose place the user has put others.
	 * @param own our options
	 * @param options the user's
	 * @return the rest of ours
	 */
	static List<String> without(List<String> own, List<String> options) {
		Set<String> chosen = options.stream().map(OwnOptions::name).collect(Collectors.toSet());
		return own.stream().filter((option) -> !isReplaced(name(option), chosen)).toList();
	}

	private static boolean isReplaced(String name, Set<String> chosen) {
		if (COLLECTORS.contains(name)) {
			// one that is switched off is no choice
			return chosen.contains(AGGRESSIVE_HEAP) || COLLECTORS.stream().anyMatch(chosen::contains);
		}
		String plain = name.replaceFirst("^-", "");
		return !plain.isEmpty() && (chosen.contains(plain) || chosen.contains("-" + plain)
				|| REPLACED_BY.getOrDefault(plain, Set.of()).stream().anyMatch(chosen::contains));
	}

	/**
	 * What an option sets.
	 * @param option the option
	 * @return its name, with a minus if it is switched off; empty if there may be more
	 * than one such option
	 */
	private static String name(String option) {
		Matcher matcher = NAME.matcher(option);
		if (!matcher.matches()) {
			return "";
		}
		for (int group = 1; group <= matcher.groupCount(); group++) {
			String name = matcher.group(group);
			if (name != null) {
				return name.startsWith("+") ? name.substring(1) : name;
			}
		}
		return "";
	}

}
