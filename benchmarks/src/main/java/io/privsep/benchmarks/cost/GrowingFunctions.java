package io.privsep.benchmarks.cost;

import java.util.ArrayList;
import java.util.List;

import io.privsep.PrivsepFunction;

/**
 * Privileged beans for applications of several sizes.
 */
final class GrowingFunctions {

	private static final List<Class<? extends TenEchoes>> SAME_CONTEXT = List.of(Same0.class, Same1.class, Same2.class,
			Same3.class, Same4.class, Same5.class, Same6.class, Same7.class, Same8.class, Same9.class);

	private static final List<Class<?>> OTHER_CONTEXTS = List.of(Other1.class, Other2.class, Other3.class, Other4.class,
			Other5.class, Other6.class, Other7.class, Other8.class, Other9.class);

	private GrowingFunctions() {
	}

	/**
	 * The beans of an application.
	 * @param contexts how many contexts there are, up to ten
	 * @param functions how many functions the first one has: 1, 10 or up to 100 in steps
	 * of ten
	 * @return their classes; the first is the one that is called
	 */
	static List<Class<?>> beans(int contexts, int functions) {
		List<Class<?>> beans = new ArrayList<>();
		if (functions == 1) {
			beans.add(One.class);
		}
		else {
			beans.addAll(SAME_CONTEXT.subList(10 - functions / 10, 10));
		}
		beans.addAll(OTHER_CONTEXTS.subList(0, contexts - 1));
		return beans;
	}

	/** A function of the context 'c0'. */
	@PrivsepFunction("c0")
	static class One {

		public String echo9(String text) {
			return text;
		}

	}

	/** Functions of the context 'c0'. */
	@PrivsepFunction("c0")
	static class Same0 extends TenEchoes {

	}

	/** Functions of the context 'c0'. */
	@PrivsepFunction("c0")
	static class Same1 extends TenEchoes {

	}

	/** Functions of the context 'c0'. */
	@PrivsepFunction("c0")
	static class Same2 extends TenEchoes {

	}

	/** Functions of the context 'c0'. */
	@PrivsepFunction("c0")
	static class Same3 extends TenEchoes {

	}

	/** Functions of the context 'c0'. */
	@PrivsepFunction("c0")
	static class Same4 extends TenEchoes {

	}

	/** Functions of the context 'c0'. */
	@PrivsepFunction("c0")
	static class Same5 extends TenEchoes {

	}

	/** Functions of the context 'c0'. */
	@PrivsepFunction("c0")
	static class Same6 extends TenEchoes {

	}

	/** Functions of the context 'c0'. */
	@PrivsepFunction("c0")
	static class Same7 extends TenEchoes {

	}

	/** Functions of the context 'c0'. */
	@PrivsepFunction("c0")
	static class Same8 extends TenEchoes {

	}

	/** Functions of the context 'c0'. */
	@PrivsepFunction("c0")
	static class Same9 extends TenEchoes {

	}

	/** A function of the context 'c1'. */
	@PrivsepFunction("c1")
	static class Other1 {

		public String echo(String text) {
			return text;
		}

	}

	/** A function of the context 'c2'. */
	@PrivsepFunction("c2")
	static class Other2 {

		public String echo(String text) {
			return text;
		}

	}

	/** A function of the context 'c3'. */
	@PrivsepFunction("c3")
	static class Other3 {

		public String echo(String text) {
			return text;
		}

	}

	/** A function of the context 'c4'. */
	@PrivsepFunction("c4")
	static class Other4 {

		public String echo(String text) {
			return text;
		}

	}

	/** A function of the context 'c5'. */
	@PrivsepFunction("c5")
	static class Other5 {

		public String echo(String text) {
			return text;
		}

	}

	/** A function of the context 'c6'. */
	@PrivsepFunction("c6")
	static class Other6 {

		public String echo(String text) {
			return text;
		}

	}

	/** A function of the context 'c7'. */
	@PrivsepFunction("c7")
	static class Other7 {

		public String echo(String text) {
			return text;
		}

	}

	/** A function of the context 'c8'. */
	@PrivsepFunction("c8")
	static class Other8 {

		public String echo(String text) {
			return text;
		}

	}

	/** A function of the context 'c9'. */
	@PrivsepFunction("c9")
	static class Other9 {

		public String echo(String text) {
			return text;
		}

	}

}
