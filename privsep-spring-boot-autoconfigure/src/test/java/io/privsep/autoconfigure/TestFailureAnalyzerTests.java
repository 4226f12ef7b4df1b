package io.privsep.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.privsep.PrivsepFunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link TestFailureAnalyzer}.
 */
@ExtendWith(OutputCaptureExtension.class)
class TestFailureAnalyzerTests {

	private static final String ADVICE = "\n\nIf this is a test, add @AutoConfigurePrivsep to its class, with the test"
			+ " dependency 'io.privsep:privsep-spring-boot-starter-test'. Functions then run in the JVM of the test,"
			+ " without users and capabilities. To do so in all tests, put 'privsep.test.mode=in-process' into"
			+ " src/test/resources/spring.properties. Without that dependency, set 'privsep.mode=in-process' in the"
			+ " properties of the test.";

	@ParameterizedTest
	@ValueSource(strings = { "privsep.contexts.net.user=privsep-no-such-user", "privsep.contexts.net.group=x",
			"privsep.contexts.other.user=61301", "privsep.mode=process" })
	void startWithoutRightsSaysWhatATestCanDo(String property, CapturedOutput output) {
		assertThat(StartFailures.analysis(output, List.of(Net.class), "privsep.contexts.net.capabilities=net_raw",
				"privsep.contexts.other.capabilities=", property))
			.endsWith(ADVICE);
	}

	@Test
	void startOfAnOrdinaryUserSaysWhatATestCanDo(CapturedOutput output) {
		assertThat(StartFailures.analysis(output, List.of(Net.class), "privsep.contexts.net.capabilities=",
				"privsep.contexts.net.user=61301", "privsep.contexts.net.launcher=sudo",
				"privsep.contexts.net.wrapper=/privsep-no-such-wrapper"))
			.contains("Launcher 'sudo' is configured, and there is no '/privsep-no-such-wrapper'.")
			.contains("Install the helpers, as root")
			.endsWith(ADVICE);
	}

	@Test
	void actionOfTheOthersIsKept(CapturedOutput output) {
		assertThat(StartFailures.analysis(output, List.of(Net.class), "privsep.contexts.net.user=privsep-no-such-user",
				"privsep.contexts.net.capabilities="))
			.contains("there is no such user; while developing, set 'privsep.mode=unprivileged'; else make it with")
			.contains("Action:\n\nReview the value of the property with the provided reason.\n\nIf this is a test");
	}

	@ParameterizedTest
	@ValueSource(strings = { "privsep.contexts.net.capabilities=no_such", "privsep.contexts.net.standby=-1" })
	void whatIsWrongInTestsTooIsLeftAsItIs(String property, CapturedOutput output) {
		assertThat(StartFailures.analysis(output, List.of(Net.class), "privsep.contexts.net.user=61301", property))
			.doesNotContain("If this is a test");
	}

	@Test
	void startInAnotherModeIsLeftAsItIs(CapturedOutput output) {
		assertThat(StartFailures.analysis(output, List.of(Net.class), "privsep.mode=in-process",
				"privsep.contexts.net.capabilities=", "privsep.contexts.other.capabilities="))
			.contains("Context 'other' is configured but has no functions")
			.doesNotContain("If this is a test");
	}

	@Test
	void startThatIsNoTestIsLeftAsItIs(CapturedOutput output) {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(new FilteredClassLoader("org.springframework.test"));
		try {
			assertThat(StartFailures.analysis(output, List.of(Net.class),
					"privsep.contexts.net.user=privsep-no-such-user", "privsep.contexts.net.capabilities="))
				.endsWith("Review the value of the property with the provided reason.");
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	@Test
	void sliceWithAPrivilegedBeanNamesTheAnnotation(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(Net.class).web(WebApplicationType.NONE).run().close());
		assertThat(output).contains("required a bean of type '" + Settings.class.getName() + "'")
			.contains("If this is a test, add @AutoConfigurePrivsep and '@Import(Net.class)' to its class")
			.contains("'Net' has functions, and a slice has neither components nor the auto-configuration of privsep.");
	}

	@Test
	void sliceThatNeedsAPrivilegedBeanNamesTheAnnotation(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(User.class).web(WebApplicationType.NONE).run().close());
		assertThat(output).contains("required a bean of type '" + Net.class.getName() + "'")
			.contains("If this is a test, add @AutoConfigurePrivsep and '@Import(Net.class)' to its class");
	}

	record Settings(String name) {
	}

	static class Net {

		Net(Settings settings) {
		}

		@PrivsepFunction("net")
		public void run() {
		}

	}

	static class User {

		User(Net net) {
		}

	}

}
