package io.privsep.benchmarks.startup;

import java.io.IOException;
import java.util.List;

import org.springframework.boot.SpringApplication;

import io.privsep.PrivsepFunction;

/**
 * The same with as many contexts as its first argument says.
 */
public final class ContextsApplication {

	private static final List<Class<?>> FUNCTIONS = List.of(C0.class, C1.class, C2.class, C3.class, C4.class, C5.class,
			C6.class, C7.class, C8.class, C9.class);

	private ContextsApplication() {
	}

	public static void main(String[] args) throws IOException {
		SpringApplication application = new SpringApplication(StartApplication.class);
		application.addPrimarySources(FUNCTIONS.subList(0, Integer.parseInt(args[0])));
		StartApplication.run(application, args);
	}

	/** Functions of one context. */
	@PrivsepFunction("c0")
	static class C0 {

		public String echo(String text) {
			return text;
		}

	}

	/** Functions of one context. */
	@PrivsepFunction("c1")
	static class C1 {

		public String echo(String text) {
			return text;
		}

	}

	/** Functions of one context. */
	@PrivsepFunction("c2")
	static class C2 {

		public String echo(String text) {
			return text;
		}

	}

	/** Functions of one context. */
	@PrivsepFunction("c3")
	static class C3 {

		public String echo(String text) {
			return text;
		}

	}

	/** Functions of one context. */
	@PrivsepFunction("c4")
	static class C4 {

		public String echo(String text) {
			return text;
		}

	}

	/** Functions of one context. */
	@PrivsepFunction("c5")
	static class C5 {

		public String echo(String text) {
			return text;
		}

	}

	/** Functions of one context. */
	@PrivsepFunction("c6")
	static class C6 {

		public String echo(String text) {
			return text;
		}

	}

	/** Functions of one context. */
	@PrivsepFunction("c7")
	static class C7 {

		public String echo(String text) {
			return text;
		}

	}

	/** Functions of one context. */
	@PrivsepFunction("c8")
	static class C8 {

		public String echo(String text) {
			return text;
		}

	}

	/** Functions of one context. */
	@PrivsepFunction("c9")
	static class C9 {

		public String echo(String text) {
			return text;
		}

	}

}
