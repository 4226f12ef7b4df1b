package io.privsep.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.privsep.PrivsepFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The settings of functions without helpers, and that each advice about them works.
 */
@ExtendWith(OutputCaptureExtension.class)
class DisabledSettingsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(PrivsepAutoConfiguration.class, PrivsepDisabledAutoConfiguration.class))
		.withPropertyValues("privsep.contexts.net.settings.device=eth7");

	@Test
	void startWhenDisabledAndSettingsAreMissingSaysWhatToDo(CapturedOutput output) {
		assertThat(StartFailures.analysis(output, List.of(Net.class), "privsep.enabled=false",
				"privsep.contexts.net.settings.device=eth7"))
			.contains("With 'privsep.enabled=false', '" + Net.class.getName() + "' is an ordinary bean")
			.contains("Replace 'privsep.enabled=false' by 'privsep.mode=in-process'")
			.contains("add @ConfigurationProperties(\"privsep.contexts.net.settings\") to 'Settings', and"
					+ " @EnableConfigurationProperties(Settings.class)");
	}

	@Test
	void startWhenDisabledAndSomethingElseIsMissingIsLeftToSpringBoot(CapturedOutput output) {
		assertThat(StartFailures.analysis(output, List.of(Other.class), "privsep.enabled=false"))
			.contains("required a bean of type")
			.doesNotContain("privsep.mode");
	}

	@Test
	void modeInProcessGivesSettings() {
		this.runner.withUserConfiguration(Net.class)
			.withPropertyValues("privsep.mode=in-process")
			.run((context) -> assertThat(context.getBean(Net.class).device()).isEqualTo("eth7"));
	}

	@Test
	void settingsThatAreABeanAreGivenWithoutHelpersAndWithThem() {
		for (String property : List.of("privsep.enabled=false", "privsep.mode=in-process")) {
			this.runner.withUserConfiguration(Bound.class, Enabled.class)
				.withPropertyValues(property)
				.run((context) -> assertThat(context.getBean(Bound.class).device()).isEqualTo("eth7"));
		}
	}

	@EnableConfigurationProperties(BoundSettings.class)
	static class Enabled {

	}

	/** Functions with settings. */
	static class Net {

		private final Settings settings;

		Net(Settings settings) {
			this.settings = settings;
		}

		@PrivsepFunction("net")
		public String device() {
			return this.settings.device();
		}

	}

	/** Functions with settings that are a bean. */
	static class Bound {

		private final BoundSettings settings;

		Bound(BoundSettings settings) {
			this.settings = settings;
		}

		@PrivsepFunction("net")
		public String device() {
			return this.settings.device();
		}

	}

	/** No functions. */
	static class Other {

		Other(Settings settings) {
		}

	}

	/**
	 * Settings.
	 *
	 * @param device a name
	 */
	record Settings(String device) {
	}

	/**
	 * Settings that are a bean.
	 *
	 * @param device a name
	 */
	@ConfigurationProperties("privsep.contexts.net.settings")
	record BoundSettings(String device) {
	}

}
