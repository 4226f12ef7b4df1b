package io.privsep.demo;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.privsep.test.PrivsepRules;

/**
 * That the demo does as the guidelines say.
 */
@AnalyzeClasses(packagesOf = DemoApplication.class, importOptions = ImportOption.DoNotIncludeTests.class)
final class NarrowFunctionsTests {

	@ArchTest
	static final ArchRule narrow = PrivsepRules.FUNCTIONS_ARE_NARROW;

	@ArchTest
	static final ArchRule injected = PrivsepRules.PRIVILEGED_BEANS_ARE_INJECTED;

	private NarrowFunctionsTests() {
	}

}
