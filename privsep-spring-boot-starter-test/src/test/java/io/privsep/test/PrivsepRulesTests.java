package io.privsep.test;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.EvaluationResult;
import org.junit.jupiter.api.Test;

import io.privsep.test.rules.Files;
import io.privsep.test.rules.Narrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PrivsepRules}.
 */
class PrivsepRulesTests {

	private final JavaClasses classes = new ClassFileImporter().importPackagesOf(Files.class);

	@Test
	void functionsAreNarrowTellsOfBroadFunctions() {
		EvaluationResult result = PrivsepRules.FUNCTIONS_ARE_NARROW.evaluate(this.classes);
		assertThat(result.getFailureReport().getDetails())
			.contains("Context 'files': 'Files.write' takes a Path,"
					+ " 'where', that its caller chooses; take a name or a number, and keep the place in the"
					+ " settings of the context, or say why not: @PrivsepFunction(broad = \"...\")")
			.allSatisfy((detail) -> assertThat(detail).containsAnyOf("'files'", "'programs'"));
		assertThat(PrivsepRules.FUNCTIONS_ARE_NARROW.getDescription())
			.contains("privileged beans should have narrow functions")
			.contains("whatever rights their context has");
	}

	@Test
	void functionsAreNarrowTellsOfFunctionsThatStartProgramsWithTextsOfTheirCallers() {
		String text = " starts a program, and takes a text from its caller; take an enum or a number, and let the program"
				+ " and its arguments be fixed, or say why not: @PrivsepFunction(broad = \"...\")";
		assertThat(PrivsepRules.functionsAreNarrow("programs").evaluate(this.classes).getFailureReport().getDetails())
			.containsExactlyInAnyOrder("Context 'programs': 'Programs.ping'" + text,
					"Context 'programs': 'Programs.pingLater'" + text, "Context 'programs': 'Programs.exec'" + text);
	}

	@Test
	void functionsAreNarrowMayBeForSomeContexts() {
		PrivsepRules.functionsAreNarrow("narrow").check(this.classes);
		assertThat(PrivsepRules.functionsAreNarrow("files").evaluate(this.classes).hasViolation()).isTrue();
	}

	@Test
	void functionsAreNarrowFailsWhereThereAreNone() {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> PrivsepRules.functionsAreNarrow("mtod").check(this.classes));
	}

	@Test
	void functionsAreNarrowTellsOfFunctionsThatAreNone() {
		JavaClasses part = new ClassFileImporter().importClasses(Narrow.class);
		assertThat(PrivsepRules.FUNCTIONS_ARE_NARROW.evaluate(part).getFailureReport().getDetails()).singleElement()
			.asString()
			.contains("Narrow$Counter")
			.contains("other privileged beans of context 'narrow'");
	}

	@Test
	void privilegedBeansAreInjectedTellsWhoMakesThem() {
		assertThat(PrivsepRules.PRIVILEGED_BEANS_ARE_INJECTED.evaluate(this.classes).getFailureReport().getDetails())
			.hasSize(2)
			.anySatisfy((detail) -> assertThat(detail).contains("Makers.byCall()' makes the privileged bean '"))
			.anySatisfy((detail) -> assertThat(detail).contains("Makers.byReference()' makes the privileged bean '"))
			.allSatisfy((detail) -> assertThat(detail).contains("let Spring inject it, at (Makers.java:"));
	}

}
