package io.privsep.autoconfigure;

import java.io.File;
import java.util.Date;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.privsep.PrivsepFunction;
import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every way to mark a function that would then run in the application, or not at all,
 * fails the start and says what to do.
 */
@ExtendWith(OutputCaptureExtension.class)
class MisuseTests {

	private static final String[] CONTEXT = { "privsep.mode=in-process", "privsep.contexts.net.capabilities=" };

	private static String start(CapturedOutput output, Class<?>... beans) {
		return StartFailures.analysis(output, List.of(beans), CONTEXT);
	}

	@Test
	void startWhenMethodIsFinalFails(CapturedOutput output) {
		assertThat(start(output, FinalMethod.class))
			.contains("'FinalMethod.run' is final and would run in the application")
			.contains("remove 'final'");
	}

	@Test
	void startWhenMethodIsPrivateFails(CapturedOutput output) {
		assertThat(start(output, PrivateMethod.class))
			.contains("'PrivateMethod.run' is private and would run in the application; make it public");
	}

	@Test
	void startWhenMethodIsPackagePrivateFails(CapturedOutput output) {
		assertThat(start(output, PackagePrivateMethod.class))
			.contains("'PackagePrivateMethod.run' is package-private and would run in the application");
	}

	@Test
	void startWhenMethodIsStaticFails(CapturedOutput output) {
		assertThat(start(output, StaticMethod.class))
			.contains("'StaticMethod.run' is static and would run in the application; make it an instance method");
	}

	@Test
	void startWhenClassIsFinalFails(CapturedOutput output) {
		assertThat(start(output, FinalClass.class)).contains("FinalClass' is final, and cannot be a proxy");
	}

	@Test
	void startWhenClassIsRecordFails(CapturedOutput output) {
		assertThat(start(output, RecordClass.class)).contains("RecordClass' is a record, which cannot be a proxy");
	}

	@Test
	void startWhenBeanIsMixedFails(CapturedOutput output) {
		assertThat(start(output, Mixed.class)).contains("mixes functions with other public methods [other]");
	}

	@Test
	void startWhenBeanHasFunctionsOfTwoContextsFails(CapturedOutput output) {
		assertThat(start(output, TwoContexts.class)).contains("has functions of several contexts [net, disk]");
	}

	@Test
	void startWhenContextIsUnknownFails(CapturedOutput output) {
		assertThat(start(output, UnknownContext.class, Fine.class))
			.contains("has functions of context 'netz', which is not"
					+ " configured; configure 'privsep.contexts.netz', or name one of [net]");
	}

	@Test
	void startWhenContextHasNoFunctionsFails(CapturedOutput output) {
		assertThat(start(output)).contains("Context 'net' is configured but has no functions")
			.contains("@PrivsepFunction(\"net\")");
	}

	@Test
	void startWhenTypesMayNotCrossFailsAndNamesThemAll(CapturedOutput output) {
		assertThat(start(output, Types.class))
			.contains("'Types.object': parameter 1 of type 'java.lang.Object' is not transferable; use a record")
			.contains("'Types.file': parameter 1 of type 'java.io.File' is not transferable; use java.nio.file.Path")
			.contains("'Types.type': parameter 1 of type 'java.lang.Class<?>' is not transferable")
			.contains(
					"'Types.map': parameter 1 of type 'java.nio.file.Path' is not transferable; use String, an enum, an integer type or UUID as the key")
			.contains("'Types.date': result of type 'java.util.Date' is not transferable; use java.time.Instant")
			.contains(
					"'Types.open': parameter 1 of type 'java.lang.CharSequence' (in Open.text) is not transferable; use String")
			.contains("'Types.raw': parameter 1 of type 'java.util.List' is not transferable");
	}

	@Test
	void startWhenConstructorIsAmbiguousFails(CapturedOutput output) {
		assertThat(start(output, TwoConstructors.class)).contains("has 2 constructors, and the helper cannot tell");
	}

	@Test
	void startWhenConstructorTakesAnotherBeanFails(CapturedOutput output) {
		assertThat(start(output, NeedsString.class))
			.contains("has a parameter of type 'java.lang.String'; in a helper there"
					+ " are only other privileged beans of context 'net', and one record");
	}

	@Test
	void startWhenFieldIsInjectedFails(CapturedOutput output) {
		assertThat(start(output, Injected.class)).contains("'Injected.name' has @Value, which is not done in a helper");
	}

	@Test
	void startWhenAnnotationStandsOnInterfaceFails(CapturedOutput output) {
		assertThat(start(output, FromInterface.class)).contains("has @PrivsepFunction on its interface");
	}

	@Test
	void startWhenBeanEscapesTheProxyFails(CapturedOutput output) {
		assertThat(start(output, Escaping.class, Fine.class))
			.contains(
					"Bean 'escaped' is a '" + Fine.class.getName() + "', whose functions would run in the application")
			.contains("let its @Bean method declare that class as what it returns");
	}

	@Test
	void startWhenTimeoutIsNoDurationFails(CapturedOutput output) {
		assertThat(start(output, BadTimeout.class)).contains("'BadTimeout.run' has the timeout 'soon'");
	}

	@Test
	void startWithManyMistakesListsThemAll(CapturedOutput output) {
		assertThat(start(output, FinalMethod.class, StaticMethod.class, FinalClass.class))
			.startsWith("Description:\n\nprivsep cannot use these functions or contexts as they are:\n\n\t- ")
			.contains("'FinalMethod.run'")
			.contains("'StaticMethod.run'")
			.contains("FinalClass'")
			.endsWith("\n\nAction:\n\nFix each problem listed above.");
	}

	@Test
	void startWhenFunctionStandsOutsideOfPackagesFails(CapturedOutput output) {
		assertThat(StartFailures.analysis(output, List.of(Fine.class), "privsep.mode=in-process",
				"privsep.contexts.net.packages=com.example.privsep"))
			.contains("which may only stand in [com.example.privsep]");
	}

	@Test
	void startWhenSettingIsMistypedFails(CapturedOutput output) {
		assertThat(StartFailures.analysis(output, List.of(Sample.class), "privsep.mode=in-process",
				"privsep.contexts.sample.settings.name=x", "privsep.contexts.sample.settings.siezs=1"))
			.contains("privsep.contexts.sample.settings.siezs");
	}

	@Test
	void startWhenPropertyIsMistypedFails(CapturedOutput output) {
		assertThat(StartFailures.analysis(output, List.of(Fine.class), "privsep.mode=in-process",
				"privsep.contexts.net.capabilites=chown"))
			.contains("privsep.contexts.net.capabilites");
	}

	static class Fine {

		@PrivsepFunction("net")
		public void run() {
		}

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

	static class PackagePrivateMethod {

		@PrivsepFunction("net")
		void run() {
		}

	}

	static class StaticMethod {

		@PrivsepFunction("net")
		public static void run() {
		}

	}

	@PrivsepFunction("net")
	static final class FinalClass {

		public void run() {
		}

	}

	@PrivsepFunction("net")
	record RecordClass() {

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

	static class TwoContexts {

		@PrivsepFunction("net")
		public void a() {
		}

		@PrivsepFunction("disk")
		public void b() {
		}

	}

	@PrivsepFunction("netz")
	static class UnknownContext {

		public void run() {
		}

	}

	@PrivsepFunction("net")
	static class Types {

		public void object(Object value) {
		}

		public void file(File value) {
		}

		public void type(Class<?> value) {
		}

		public void map(Map<java.nio.file.Path, String> value) {
		}

		public Date date() {
			return new Date();
		}

		public void open(Open value) {
		}

		@SuppressWarnings("rawtypes")
		public void raw(List value) {
		}

	}

	record Open(CharSequence text) {
	}

	@PrivsepFunction("net")
	static class TwoConstructors {

		TwoConstructors() {
		}

		TwoConstructors(Fine fine) {
		}

		public void run() {
		}

	}

	@PrivsepFunction("net")
	static class NeedsString {

		NeedsString(String name) {
		}

		public void run() {
		}

	}

	@PrivsepFunction("net")
	static class Injected {

		@Value("${name:x}")
		private String name;

		public String run() {
			return this.name;
		}

	}

	interface Annotated {

		@PrivsepFunction("net")
		void run();

	}

	static class FromInterface implements Annotated {

		@Override
		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Escaping {

		@Bean
		Object escaped() {
			return new Fine();
		}

	}

	static class BadTimeout {

		@PrivsepFunction(value = "net", timeout = "soon")
		public void run() {
		}

	}

}
