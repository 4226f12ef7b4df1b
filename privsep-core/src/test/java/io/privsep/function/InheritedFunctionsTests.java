package io.privsep.function;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Public methods that a privileged bean inherits. A public class has a bridge to each of
 * a superclass that is not public.
 */
public class InheritedFunctionsTests {

	@Test
	void methodsOfASuperclassThatIsNotPublicAreFunctions() {
		assertThat(functions(Simple.class)).containsExactly("AbstractSimple.read(class java.lang.String)",
				"Simple.update(class java.lang.String)");
		assertThat(functions(Furthest.class)).containsExactly("AbstractSimple.read(class java.lang.String)",
				"Simple.update(class java.lang.String)");
	}

	@Test
	void methodsOfAGenericSuperclassAreThereOnce() {
		assertThat(functions(Generic.class)).containsExactly("AbstractGeneric.keep(T)", "Generic.give()",
				"Generic.take(class java.lang.String)");
	}

	@Test
	void overloadOfAnInheritedMethodDoesNotHideIt() {
		assertThat(functions(Overloading.class)).containsExactly(
				"AbstractOverloading.all(java.util.List<java.lang.String>)",
				"AbstractOverloading.run(class java.lang.Object)", "Overloading.all(class java.lang.String)",
				"Overloading.run(class java.lang.String)");
	}

	private static List<String> functions(Class<?> type) {
		return PrivilegedBean.of(type)
			.functions()
			.stream()
			.map((method) -> method.getDeclaringClass().getSimpleName() + "." + method.getName() + "("
					+ ((method.getParameterCount() > 0) ? method.getGenericParameterTypes()[0] : "") + ")")
			.sorted()
			.toList();
	}

	abstract static class AbstractSimple {

		public String read(String text) {
			return text;
		}

	}

	@PrivsepFunction("a")
	public static class Simple extends AbstractSimple {

		public void update(String text) {
		}

	}

	public static class Furthest extends Simple {

	}

	abstract static class AbstractGeneric<T> {

		public abstract void take(T value);

		public abstract Object give();

		public T keep(T value) {
			return value;
		}

	}

	@PrivsepFunction("a")
	public static class Generic extends AbstractGeneric<String> {

		@Override
		public void take(String value) {
		}

		@Override
		public String give() {
			return "";
		}

	}

	abstract static class AbstractOverloading {

		public void run(Object value) {
		}

		public void all(List<String> values) {
		}

	}

	@PrivsepFunction("a")
	public static class Overloading extends AbstractOverloading {

		public void run(String value) {
		}

		public void all(String value) {
		}

	}

}
