package io.privsep.benchmarks.cost;

/**
 * Ten functions that do the same.
 */
abstract class TenEchoes {

	public String echo0(String text) {
		return text;
	}

	public String echo1(String text) {
		return text;
	}

	public String echo2(String text) {
		return text;
	}

	public String echo3(String text) {
		return text;
	}

	public String echo4(String text) {
		return text;
	}

	public String echo5(String text) {
		return text;
	}

	public String echo6(String text) {
		return text;
	}

	public String echo7(String text) {
		return text;
	}

	public String echo8(String text) {
		return text;
	}

	public String echo9(String text) {
		return text;
	}

}
