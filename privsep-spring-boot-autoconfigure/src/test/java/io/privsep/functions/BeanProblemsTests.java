package io.privsep.functions;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.privsep.Audited;
import io.privsep.PrivsepFunction;
import io.privsep.function.PrivilegedBean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BeanProblems}: the sentences that a user reads.
 */
@SuppressWarnings("unused")
class BeanProblemsTests {

	@Test
	void ofWhenMethodsOfObjectAreOverriddenLeavesThemOut() {
		PrivilegedBean bean = PrivilegedBean.of(WithToString.class);
		assertThat(BeanProblems.of(bean)).isEmpty();
		assertThat(bean.functions()).singleElement().extracting("name").isEqualTo("run");
	}

	@Test
	void ofWhenGoodHasNoProblems() {
		PrivilegedBean bean = PrivilegedBean.of(Good.class);
		assertThat(BeanProblems.of(bean)).isEmpty();
		assertThat(PrivilegedTypes.context(bean)).isEqualTo("net");
		assertThat(bean.functions()).extracting("name").containsExactly("a", "b", "later", "varargs");
		assertThat(bean.constructor()).isNotNull();
		assertThat(BeanProblems.of(PrivilegedBean.of(OnClass.class))).isEmpty();
		assertThat(PrivilegedTypes.context(PrivilegedBean.of(OnClass.class))).isEqualTo("net");
	}

	@Test
	void isPrivilegedFindsEveryPlace() {
		for (Class<?> type : List.of(Good.class, OnClass.class, PrivateMethod.class, StaticMethod.class,
				OnInterface.class, Child.class)) {
			assertThat(PrivilegedTypes.isPrivileged(type)).as(type.getName()).isTrue();
		}
		assertThat(PrivilegedTypes.isPrivileged(String.class)).isFalse();
	}

	@Test
	void ofWhenAuditedParameterHasNoShortTextTells() {
		assertProblem(AuditedList.class, "'AuditedList.run': parameter 2 is @Audited and of type"
				+ " 'java.util.List<java.lang.String>', which has no short text; annotate a parameter with a single value,"
				+ " or none");
	}

	@Test
	void ofWhenFinalMethodTells() {
		assertProblem(FinalMethod.class, "'FinalMethod.run' is final and would run in the application; remove 'final'");
	}

	@Test
	void ofWhenPrivateMethodTells() {
		assertProblem(PrivateMethod.class,
				"'PrivateMethod.run' is private and would run in the application; make it public");
	}

	@Test
	void ofWhenProtectedOrPackagePrivateMethodTells() {
		assertProblem(LessVisible.class,
				"'LessVisible.one' is protected and would run in the application; make it public");
		assertProblem(LessVisible.class,
				"'LessVisible.two' is package-private and would run in the application; make it public");
	}

	@Test
	void ofWhenStaticMethodTells() {
		assertProblem(StaticMethod.class,
				"'StaticMethod.run' is static and would run in the application; make it an instance method");
	}

	@Test
	void ofWhenFinalClassTells() {
		assertProblem(FinalClass.class,
				"'" + FinalClass.class.getName() + "' is final, and cannot be a proxy; remove 'final'");
	}

	@Test
	void ofWhenRecordTells() {
		assertProblem(RecordClass.class,
				"'" + RecordClass.class.getName() + "' is a record, which cannot be a proxy; make it a class");
	}

	@Test
	void ofWhenEnumTells() {
		assertProblem(EnumClass.class,
				"'" + EnumClass.class.getName() + "' is an enum, which cannot be a proxy; make it a class");
	}

	@Test
	void ofWhenInterfaceTells() {
		assertProblem(Annotated.class, "'" + Annotated.class.getName()
				+ "' is an interface; annotate the class that implements it, and let the @Bean method return that class");
	}

	@Test
	void ofWhenAbstractTells() {
		assertProblem(AbstractClass.class,
				"'" + AbstractClass.class.getName() + "' is abstract; annotate the class that extends it");
	}

	@Test
	void ofWhenInnerTells() {
		assertProblem(Inner.class, "'" + Inner.class.getName() + "' is an inner class; make it static");
	}

	@Test
	void ofWhenAnnotatedOnInterfaceTells() {
		assertProblem(OnInterface.class, "'" + OnInterface.class.getName() + "' has @PrivsepFunction on its interface '"
				+ Annotated.class.getName() + "', where it is not seen; put it on the class");
	}

	@Test
	void ofWhenMixedTells() {
		assertProblem(Mixed.class, "'" + Mixed.class.getName() + "' mixes functions with other public methods [other];"
				+ " a bean with functions has nothing else: annotate these too, or move them to another bean");
	}

	@Test
	void ofWhenSeveralContextsTells() {
		assertProblem(Several.class, "'" + Several.class.getName()
				+ "' has functions of several contexts [net, disk]; make a bean for each context");
	}

	@Test
	void ofWhenContextIsBlankTells() {
		assertProblem(Blank.class, "'Blank.run' names no context; write @PrivsepFunction(\"<context>\")");
	}

	@Test
	void ofWhenTypesDoNotCrossTells() {
		assertProblem(BadTypes.class,
				"'BadTypes.object': parameter 1 of type 'java.lang.Object' is not transferable; use a record");
		assertProblem(BadTypes.class,
				"'BadTypes.type': parameter 2 of type 'java.lang.Class<?>' is not transferable; use an enum");
		assertProblem(BadTypes.class,
				"'BadTypes.file': result of type 'java.io.File' is not transferable; use java.nio.file.Path");
		assertProblem(BadTypes.class,
				"'BadTypes.collection': parameter 1 of type 'java.util.Collection<java.lang.String>' is not transferable;"
						+ " use List or Set");
		assertProblem(BadTypes.class,
				"'BadTypes.raw': parameter 1 of type 'java.util.List' is not transferable; use List with type arguments");
		assertProblem(BadTypes.class,
				"'BadTypes.wildcard': parameter 1 of type '? super java.lang.Integer' is not transferable;"
						+ " use the type itself instead of a wildcard");
		assertProblem(BadTypes.class,
				"'BadTypes.keys': parameter 1 of type 'java.nio.file.Path' is not transferable; use"
						+ " String, an enum, an integer type or UUID as the key of a Map");
		assertProblem(BadTypes.class,
				"'BadTypes.nested': parameter 1 of type 'java.lang.Runnable' (in Holder.value) is not transferable;"
						+ " use a record in the place of this interface");
		assertProblem(BadTypes.class, "'BadTypes.mutable': parameter 1 of type '" + Mixed.class.getName()
				+ "' is not transferable; use a record with the same fields");
		assertProblem(BadTypes.class,
				"'BadTypes.variable': parameter 1 of type 'T' is not transferable; use a type without type variables");
		assertProblem(BadTypes.class,
				"'BadTypes.future': result of type 'java.lang.Object' is not transferable; use a record");
	}

	@Test
	void ofWhenSeveralConstructorsTells() {
		assertProblem(TwoConstructors.class, "'" + TwoConstructors.class.getName()
				+ "' has 2 constructors, and the helper cannot tell which to use; leave one");
	}

	@Test
	void problemsWhenConstructorAsksForSomethingElseTells() {
		assertThat(problems(NeedsString.class)).containsExactly("The constructor of '" + NeedsString.class.getName()
				+ "' has a parameter of type 'java.lang.String'; in a helper there are only other privileged beans of"
				+ " context 'net', and one record, bound from 'privsep.contexts.net.settings';"
				+ " put values into that record, and make other objects in the constructor");
	}

	@Test
	void problemsWhenSeveralSettingsTells() {
		assertThat(problems(Alpha.class, WithSettings.class, WithOtherSettings.class))
			.containsExactly("Context 'net' has several records for its settings [OtherSettings, Settings]; use one");
	}

	@Test
	void problemsWhenConstructorsNeedEachOtherTells() {
		assertThat(problems(Chicken.class, Egg.class))
			.containsExactly("The constructor of '" + Chicken.class.getName() + "' needs itself, through other beans");
	}

	private static List<String> problems(Class<?>... types) {
		return BeanProblems.of("net", Arrays.stream(types).map(PrivilegedBean::of).toList());
	}

	private static void assertProblem(Class<?> type, String sentence) {
		assertThat(BeanProblems.of(PrivilegedBean.of(type))).contains(sentence);
	}

	static class Good {

		private final String hidden = "";

		@PrivsepFunction("net")
		public void b() throws IOException {
		}

		@PrivsepFunction("net")
		public String a(List<Map<String, int[]>> value) {
			return "";
		}

		@PrivsepFunction("net")
		public CompletableFuture<Void> later() {
			return new CompletableFuture<>();
		}

		@PrivsepFunction("net")
		public void varargs(String... values) {
		}

		static void helperMethod() {
		}

	}

	@PrivsepFunction("net")
	static class OnClass {

		public void a() {
		}

		void notAFunction() {
		}

	}

	static class Child extends Good {

	}

	static class FinalMethod {

		@PrivsepFunction("net")
		public final void run() {
		}

	}

	static class PrivateMethod {

		@PrivsepFunction("net")
		private void run() {
		}

	}

	static class LessVisible {

		@PrivsepFunction("net")
		protected void one() {
		}

		@PrivsepFunction("net")
		void two() {
		}

	}

	static class StaticMethod {

		@PrivsepFunction("net")
		public static void run() {
		}

	}

	static final class FinalClass {

		@PrivsepFunction("net")
		public void run() {
		}

	}

	@PrivsepFunction("net")
	record RecordClass() {
	}

	@PrivsepFunction("net")
	enum EnumClass {

		ONE

	}

	@PrivsepFunction("net")
	abstract static class AbstractClass {

		public void run() {
		}

	}

	class Inner {

		@PrivsepFunction("net")
		public void run() {
		}

	}

	interface Annotated {

		@PrivsepFunction("net")
		void run();

	}

	static class OnInterface implements Annotated {

		@Override
		public void run() {
		}

	}

	static class Mixed {

		@PrivsepFunction("net")
		public void run() {
		}

		public void other() {
		}

	}

	static class Several {

		@PrivsepFunction("net")
		public void run() {
		}

		@PrivsepFunction("disk")
		public void sync() {
		}

	}

	static class Blank {

		@PrivsepFunction(" ")
		public void run() {
		}

	}

	static class TwoConstructors {

		TwoConstructors() {
		}

		TwoConstructors(Good good) {
		}

		@PrivsepFunction("net")
		public void run() {
		}

	}

	record Holder(Runnable value) {
	}

	@PrivsepFunction("net")
	static class BadTypes {

		public void object(Object value) {
		}

		public void type(int first, Class<?> second) {
		}

		public File file() {
			return new File("");
		}

		public void collection(Collection<String> value) {
		}

		@SuppressWarnings("rawtypes")
		public void raw(List value) {
		}

		public void wildcard(List<? super Integer> value) {
		}

		public void keys(Map<java.nio.file.Path, String> value) {
		}

		public void nested(Holder value) {
		}

		public void mutable(Mixed value) {
		}

		public <T> void variable(T value) {
		}

		public CompletableFuture<Object> future() {
			return new CompletableFuture<>();
		}

		public void list(ArrayList<String> value) {
		}

	}

	@PrivsepFunction("net")
	static class AuditedList {

		public void run(@Audited Path path, @Audited List<String> names) {
		}

	}

	@PrivsepFunction("net")
	static class Alpha {

		public void a() {
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

	@PrivsepFunction("net")
	static class Chicken {

		Chicken(Egg egg) {
		}

		public void run() {
		}

	}

	@PrivsepFunction("net")
	static class Egg {

		Egg(Chicken chicken) {
		}

		public void run() {
		}

	}

	static class WithToString {

		@PrivsepFunction("net")
		public void run() {
		}

		@Override
		public boolean equals(Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return 1;
		}

		@Override
		public String toString() {
			return "a";
		}

	}

}
