package io.privsep.benchmarks;

/**
 * The tables of the rows that are not calls.
 */
final class OtherRows {

	private OtherRows() {
	}

	static void table(Results results, StringBuilder out) {
	}

}
