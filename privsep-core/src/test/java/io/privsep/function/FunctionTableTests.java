package io.privsep.function;

import java.lang.reflect.Method;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.value.TransferableTypes;
import io.privsep.value.UnsupportedTypeException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FunctionTable}.
 */
@SuppressWarnings("unused")
class FunctionTableTests {

	@Test
	void functionsAreNumberedInTheSameOrderWhateverTheOrderOfTheBeans() {
		FunctionTable table = FunctionTable.of("net", List.of(Alpha.class, Beta.class));
		FunctionTable other = FunctionTable.of("net", List.of(Beta.class, Alpha.class));
		assertThat(table.functions()).extracting(PrivilegedFunction::name)
			.containsExactly("Alpha.a", "Alpha.z", "Beta.m", "Beta.m");
		assertThat(other.functions()).extracting(PrivilegedFunction::method)
			.isEqualTo(table.functions().stream().map(PrivilegedFunction::method).toList());
		assertThat(table.functions()).extracting(PrivilegedFunction::number).containsExactly(0, 1, 2, 3);
		assertThat(other.digest()).isEqualTo(table.digest()).hasSize(Long.BYTES);
		assertThat(table.functions().get(1).timeout()).isEqualTo("2s");
	}

	@Test
	void functionThatSeveralBeansInheritIsAFunctionOfEach() throws ReflectiveOperationException {
		FunctionTable table = FunctionTable.of("net", List.of(Left.class, Right.class));
		Method inherited = Left.class.getMethod("same");
		assertThat(inherited).isEqualTo(Right.class.getMethod("same"));
		assertThat(table.functions()).extracting(PrivilegedFunction::name).containsExactly("Left.same", "Right.same");
		assertThat(table.function(Left.class, inherited)).isSameAs(table.functions().get(0));
		assertThat(table.function(Right.class, inherited)).isSameAs(table.functions().get(1));
		assertThat(table.function(Alpha.class, inherited)).isNull();
	}

	@Test
	void digestDiffersByContextBeansAndStructure() throws ReflectiveOperationException {
		byte[] digest = FunctionTable.of("net", List.of(Alpha.class)).digest();
		assertThat(FunctionTable.of("net", List.of(Alpha.class, Beta.class)).digest()).isNotEqualTo(digest);
	}

	@Test
	void describeWhenRecordOrEnumChangesDiffers() throws UnsupportedTypeException {
		assertThat(records(Old.Value.class)).isNotEqualTo(records(Renamed.Value.class));
		assertThat(records(Old.Value.class)).isNotEqualTo(records(Retyped.Value.class));
		assertThat(records(Old.Color.class)).isNotEqualTo(records(Renamed.Color.class));
		assertThat(records(Old.Value.class)).isEqualTo(records(Same.Value.class));
	}

	@Test
	void settingsTypeIsTheRecordOfTheConstructors() {
		assertThat(FunctionTable.of("net", List.of(WithSettings.class, Alpha.class)).settingsType())
			.isEqualTo(Settings.class);
		assertThat(FunctionTable.of("net", List.of(Alpha.class)).settingsType()).isNull();
	}

	@Test
	void ofWhenABeanDoesNotFitThrows() {
		assertUnfit("its constructor needs 'java.lang.String'", NeedsString.class);
		assertUnfit("its constructor needs '" + Settings.class.getName() + "'", Alpha.class, WithSettings.class,
				WithOtherSettings.class);
		assertUnfit("it has not one constructor", TwoConstructors.class);
		assertUnfit("'java.lang.Object' is not transferable", TakesObject.class);
		assertUnfit("'Mixed.other' does not fit: it is no function of this context", Mixed.class);
		assertThatIllegalArgumentException().isThrownBy(() -> FunctionTable.of("disk", List.of(Alpha.class)))
			.withMessageContaining("Context 'disk': 'Alpha.a' does not fit: it is no function of this context");
	}

	private static void assertUnfit(String why, Class<?>... types) {
		assertThatIllegalArgumentException().isThrownBy(() -> FunctionTable.of("net", List.of(types)))
			.withMessageContaining("Context 'net'")
			.withMessageContaining(why);
	}

	private static String records(Class<?> type) throws UnsupportedTypeException {
		TransferableTypes types = new TransferableTypes();
		types.codec(type);
		return types.structure().replaceAll("\\w+\\$(Value|Color)", "$1");
	}

	static class Alpha {

		@PrivsepFunction(value = "net", timeout = "2s")
		public void z(Old.Value value) {
		}

		@PrivsepFunction("net")
		public void a() {
		}

	}

	@PrivsepFunction("net")
	static class Beta {

		public void m(int value) {
		}

		public void m(String value) {
		}

	}

	interface Old {

		enum Color {

			RED, GREEN

		}

		record Value(int a, List<Color> b) {
		}

	}

	interface Same {

		enum Color {

			RED, GREEN

		}

		record Value(int a, List<Color> b) {
		}

	}

	interface Renamed {

		enum Color {

			GREEN, RED

		}

		record Value(int a, List<Old.Color> c) {
		}

	}

	interface Retyped {

		record Value(long a, List<Old.Color> b) {
		}

	}

	record Settings(String name) {
	}

	record OtherSettings(String name) {
	}

	@PrivsepFunction("net")
	static class WithSettings {

		WithSettings(Settings settings, Alpha alpha) {
		}

		public void run() {
		}

	}

	@PrivsepFunction("net")
	static class WithOtherSettings {

		WithOtherSettings(OtherSettings settings, Alpha alpha) {
		}

		public void run() {
		}

	}

	@PrivsepFunction("net")
	static class NeedsString {

		NeedsString(String value) {
		}

		public void run() {
		}

	}

	public abstract static class Inherited {

		public void same() {
		}

	}

	@PrivsepFunction("net")
	public static class Left extends Inherited {

	}

	@PrivsepFunction("net")
	public static class Right extends Inherited {

	}

	@PrivsepFunction("net")
	static class TwoConstructors {

		TwoConstructors() {
		}

		TwoConstructors(Alpha alpha) {
		}

		public void run() {
		}

	}

	@PrivsepFunction("net")
	static class TakesObject {

		public void run(Object value) {
		}

	}

	static class Mixed {

		@PrivsepFunction("net")
		public void run() {
		}

		public void other() {
		}

	}

}
