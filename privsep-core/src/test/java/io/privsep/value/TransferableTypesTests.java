package io.privsep.value;

import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TransferableTypes}.
 */
class TransferableTypesTests {

	@Test
	void structureTellsAllThatValuesDependOn() throws UnsupportedTypeException {
		TransferableTypes types = new TransferableTypes();
		types.codec(Frames.type("sealed"));
		types.codec(Frames.type("outcomes"));
		String structure = types.structure().replace("io.privsep.value.Samples$", "");
		assertThat(structure.lines()).containsExactly("Point(x int,y int,)", "Circle(centre Point,radius double,)",
				"Square(corner Point,side int,)", "Group(shapes java.util.List<Shape>,)", "Named{EMPTY,PLANE,}",
				"Shape[Circle,Square,Group,Named,]", "Success<java.lang.String,>(value java.lang.String,)",
				"Failure<java.lang.String,>(message java.lang.String,)",
				"Outcome<java.lang.String,>[Success<java.lang.String,>,Failure<java.lang.String,>,]");
	}

	@Test
	void codecWhenWildcardHasABoundIsThatOfTheBound() throws UnsupportedTypeException {
		assertThat(Frames.codec("wildcards").typeName().replace("io.privsep.value.Samples$", ""))
			.isEqualTo("java.util.Map<Color,java.util.List<Point>>");
	}

	@Test
	void codecWhenSealedInterfacePermitsAClassTells() {
		assertUnsupported("permitsClass",
				"Open' (in WithClass) is not transferable; use a record, an enum or a sealed");
		assertUnsupported("sealedClass", "Base' is not transferable");
		assertUnsupported("permitsUnknown", "'U' is not transferable; use a type without type variables");
	}

	@Test
	void codecWhenTypeUsesItselfWithEverOtherArgumentsTells() {
		assertUnsupported("growing", "uses itself with the same type arguments");
		assertUnsupported("doubling", "uses itself with the same type arguments");
	}

	@Test
	void codecWhenComponentIsUnsupportedTellsItEachTime() {
		TransferableTypes types = new TransferableTypes();
		Type type = type("bad");
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(UnsupportedTypeException.class).isThrownBy(() -> types.codec(type))
				.withMessageContaining("'java.lang.Object' (in Bad.value)");
		}
	}

	@Test
	void codecWhenUnboundedOrLowerBoundedTells() {
		assertUnsupported("unbounded", "'java.lang.Object' is not transferable");
		assertUnsupported("lower", "use the type itself instead of a wildcard");
		assertUnsupported("raw", "use Pair with type arguments");
		assertUnsupported("nothing", "'void' is not transferable");
	}

	private static void assertUnsupported(String method, String message) {
		assertThatExceptionOfType(UnsupportedTypeException.class)
			.isThrownBy(() -> new TransferableTypes().codec(type(method)))
			.withMessageContaining(message);
	}

	private static Type type(String method) {
		return Arrays.stream(Types.class.getDeclaredMethods())
			.filter((each) -> each.getName().equals(method))
			.map((each) -> each.getGenericReturnType())
			.findFirst()
			.orElseThrow();
	}

	@SuppressWarnings({ "unused", "rawtypes" })
	interface Types {

		WithClass permitsClass();

		Base sealedClass();

		Unknown<String> permitsUnknown();

		Growing<String> growing();

		Doubling<String> doubling();

		Bad bad();

		List<?> unbounded();

		List<? super Integer> lower();

		Samples.Pair raw();

		void nothing();

	}

	sealed interface WithClass permits Open {

	}

	static non-sealed class Open implements WithClass {

	}

	abstract static sealed class Base permits Derived {

	}

	static final class Derived extends Base {

	}

	sealed interface Unknown<T> permits Known {

	}

	record Known<T, U>(T first, U second) implements Unknown<T> {
	}

	record Growing<T>(Growing<List<T>> next) {
	}

	record Doubling<T>(Doubling<Samples.Pair<T, T>> next) {
	}

	record Bad(Bad self, Object value) implements Serializable {
	}

}
