package io.privsep.test.app;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestContextManager;

import io.privsep.test.AutoConfigurePrivsep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What a user reads whose slice needs functions and does not have them.
 */
@ExtendWith(OutputCaptureExtension.class)
class SliceWithoutPrivsepTests {

	private static final String HINT = "If this is a test, add @AutoConfigurePrivsep and '@Import(Motd.class)' to its"
			+ " class. 'Motd' has functions, and a slice has neither components nor the auto-configuration of privsep.";

	@Test
	void sliceOfAControllerThatNeedsAPrivilegedBeanNamesTheAnnotation(CapturedOutput output) {
		assertFailure(Forgotten.class);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("required a bean of type '" + Motd.class.getName() + "' that could not be found.")
			.containsOnlyOnce(HINT);
	}

	@Test
	void sliceThatImportsThePrivilegedBeanNamesTheAnnotation(CapturedOutput output) {
		assertFailure(ImportedAlone.class);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("required a bean of type '" + MotdSettings.class.getName() + "' that could not be found.")
			.containsOnlyOnce(HINT);
	}

	@Test
	void sliceThatHasPrivsepNamesTheImport(CapturedOutput output) {
		assertFailure(NotImported.class);
		assertThat(output).contains("required a bean of type '" + Motd.class.getName() + "' that could not be found.")
			.containsOnlyOnce("If this is a test, add '@Import(Motd.class)' to its class. 'Motd' has functions, and a"
					+ " slice has no components.");
	}

	@Test
	void sliceThatFollowsTheHintStarts() {
		assertThatNoException()
			.isThrownBy(() -> new TestContextManager(Followed.class).prepareTestInstance(new Followed()));
	}

	private static void assertFailure(Class<?> test) {
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> new TestContextManager(test).getTestContext().getApplicationContext())
			.withMessageStartingWith("Failed to load ApplicationContext");
	}

	/** Run by the tests above alone. */
	@WebMvcTest(MotdController.class)
	static class Forgotten {

	}

	@WebMvcTest(MotdController.class)
	@Import(Motd.class)
	static class ImportedAlone {

	}

	@WebMvcTest(MotdController.class)
	@AutoConfigurePrivsep
	static class NotImported {

	}

	@WebMvcTest(MotdController.class)
	@AutoConfigurePrivsep
	@Import(Motd.class)
	static class Followed {

	}

}
