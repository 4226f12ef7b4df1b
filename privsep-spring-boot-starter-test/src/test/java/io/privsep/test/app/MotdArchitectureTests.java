package io.privsep.test.app;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.privsep.test.PrivsepRules;

/**
 * That the functions of the application are narrow. Its own classes are among the tests'
 * here, so that these are told apart by their names.
 */
@AnalyzeClasses(packagesOf = MotdApplication.class, importOptions = MotdArchitectureTests.WithoutTests.class)
final class MotdArchitectureTests {

	@ArchTest
	static final ArchRule narrow = PrivsepRules.FUNCTIONS_ARE_NARROW;

	@ArchTest
	static final ArchRule injected = PrivsepRules.PRIVILEGED_BEANS_ARE_INJECTED;

	private MotdArchitectureTests() {
	}

	/** Leaves the tests out. */
	static final class WithoutTests implements ImportOption {

		@Override
		public boolean includes(Location location) {
			return !location.contains("Tests");
		}

	}

}
