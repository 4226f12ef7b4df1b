package io.privsep;

import java.time.Instant;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/**
 * Guards the directions between packages, and where the time is taken from.
 */
class ArchitectureTests {

	private static final String[] APPLICATION = { "io.privsep.autoconfigure..", "io.privsep.actuate..",
			"io.privsep.advice..", "io.privsep.channel..", "io.privsep.process..", "io.privsep.jarmode.." };

	private static final String[] CORE = { "io.privsep", "io.privsep.function..", "io.privsep.value..",
			"io.privsep.wire..", "io.privsep.launch..", "io.privsep.rights.." };

	private final JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.privsep");

	@Test
	void applicationSideDoesNotDependOnHelper() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAnyPackage(APPLICATION)
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.privsep.helper..")
			.check(this.classes);
	}

	@Test
	void helperDependsOnCoreJacksonAndSlf4jOnly() {
		ArchRuleDefinition.classes()
			.that()
			.resideInAPackage("io.privsep.helper..")
			.and()
			.haveNameNotMatching("io\\.privsep\\.helper\\.Validation(\\$.*)?")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(concat(CORE, "io.privsep.helper..", "java..", "jdk.net..", "org.slf4j..",
					"tools.jackson..", "org.jspecify.."))
			.check(this.classes);
	}

	// The one class that is loaded only where there are constraints.
	@Test
	void validationInTheHelperDependsOnTheStandardAndNoProvider() {
		ArchRuleDefinition.classes()
			.that()
			.haveNameMatching("io\\.privsep\\.helper\\.Validation(\\$.*)?")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(concat(CORE, "io.privsep.helper", "java..", "jakarta.validation..", "org.jspecify.."))
			.check(this.classes);
	}

	// So nobody waits longer or shorter because the system's clock was set. What is shown
	// to people, and the age of files, is by that clock.
	@Test
	void timeIsTakenFromTheMonotonicClock() {
		ArchRuleDefinition.noClasses().should().callMethod(System.class, "currentTimeMillis").check(this.classes);
		ArchRuleDefinition.noClasses()
			.that()
			.doNotHaveFullyQualifiedName("io.privsep.channel.Helpers")
			.should()
			.callMethod(Instant.class, "now")
			.check(this.classes);
	}

	@Test
	void coreDependsOnNobody() {
		ArchRuleDefinition.classes()
			.that()
			.resideInAnyPackage(CORE)
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(
					concat(CORE, "java..", "tools.jackson..", "com.fasterxml.jackson.annotation..", "org.jspecify.."))
			.check(this.classes);
	}

	@Test
	void channelAndProcessDoNotDependOnSpring() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAnyPackage("io.privsep.channel..", "io.privsep.process..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework..")
			.check(this.classes);
	}

	@Test
	void dependenciesPointDownwards() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAPackage("io.privsep.process..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.privsep.channel..", "io.privsep.advice..", "io.privsep.actuate..",
					"io.privsep.autoconfigure..")
			.check(this.classes);
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAPackage("io.privsep.channel..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.privsep.advice..", "io.privsep.actuate..", "io.privsep.autoconfigure..")
			.check(this.classes);
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAPackage("io.privsep.advice..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.privsep.actuate..", "io.privsep.autoconfigure..")
			.check(this.classes);
	}

	@Test
	void onlyTwoClassesOfCoreLoadJackson() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAnyPackage(CORE)
			.and()
			.haveNameNotMatching("io\\.privsep\\.value\\.Cbor.*")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("tools.jackson..")
			.check(this.classes);
	}

	private static String[] concat(String[] packages, String... more) {
		String[] all = java.util.Arrays.copyOf(packages, packages.length + more.length);
		System.arraycopy(more, 0, all, packages.length, more.length);
		return all;
	}

}
