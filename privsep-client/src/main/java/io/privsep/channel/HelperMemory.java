package io.privsep.channel;

import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.privsep.launch.HelperEnd;
import io.privsep.wire.Reply;

/**
 * What is said of a helper that has too little memory, in the same words in exceptions,
 * log, health and documentation.
 */
final class HelperMemory {

	/** A heap that is in use by more than that is nearly full. */
	private static final double NEARLY = 0.85;

	private static final int OUT_OF_MEMORY = 3;

	private static final int KILLED = 128 + 9;

	/** What the JVM says before it ends (java(1), {@code ExitOnOutOfMemoryError}). */
	private static final String TERMINATING = "java.lang.OutOfMemoryError";

	/** Of what a larger heap helps against. */
	private static final Pattern HEAP = Pattern.compile("Java heap space|GC overhead");

	private HelperMemory() {
	}

	/**
	 * What there is to say of the heap of a helper whose function was cancelled.
	 * @param settings the context's settings
	 * @param cancelled what the helper has said; {@code null} if it has not
	 * @return a part of a sentence with what goes before it; empty if there is nothing
	 */
	static String ofHeap(ContextSettings settings, Reply.@Nullable Cancelled cancelled) {
		if (cancelled == null || cancelled.maxHeap() <= 0 || cancelled.usedHeap() < cancelled.maxHeap() * NEARLY
				|| settings.description().mode().equals("in-process")) {
			return "";
		}
		return "; its heap is nearly full, with " + megabytes(cancelled.usedHeap()) + " of "
				+ megabytes(cancelled.maxHeap()) + " in use after a collection: raise " + settings.description().heap()
				+ ", or send less";
	}

	/**
	 * Why a helper has ended, if that was for memory.
	 * @param heap what limits its heap, as of the context's settings
	 * @param end how it has ended
	 * @param stderrTail what it said last
	 * @return a sentence; {@code null} if it was not, or is not known
	 */
	static @Nullable String ofEnd(String heap, HelperEnd end, List<String> stderrTail) {
		String last = (end.status() == OUT_OF_MEMORY) ? lineOfEnd(stderrTail) : null;
		if (last != null) {
			return HEAP.matcher(last).find() ? "out of memory: raise " + heap + ", or send less"
					: "out of memory, " + last;
		}
		if (end.status() == KILLED && !end.isKilled()) {
			return "probably the system was out of memory (OOM killer): raise the memory of the unit or container, or"
					+ " lower " + heap;
		}
		return null;
	}

	private static @Nullable String lineOfEnd(List<String> stderrTail) {
		for (String line : stderrTail) {
			int at = line.indexOf(TERMINATING);
			if (at != -1) {
				return line.substring(at).strip();
			}
		}
		return null;
	}

	private static String megabytes(long bytes) {
		return Math.round(bytes / 1048576.0) + "MB";
	}

}
