package io.privsep.autoconfigure;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.privsep.PrivsepFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keys below {@code privsep} that nobody knows, in each place where one may stand.
 */
@ExtendWith(OutputCaptureExtension.class)
class MistypedKeyTests {

	private static final List<String> CONFIGURED = List.of("privsep.mode=in-process",
			"privsep.contexts.net.settings.text=a", "privsep.contexts.net.settings.parts[0].name=b");

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					privsep.context.net.user                    | 'context' is not known; did you mean 'contexts'?
					privsep.contexs                             | 'contexs' is not known; did you mean 'contexts'?
					privsep.fail-fats                           | 'fail-fats' is not known; did you mean 'fail-fast'?
					privsep.failfst                             | 'failfst' is not known; did you mean 'fail-fast'?
					privsep.colour                              | 'colour' is not known; the keys here are [enabled, mode, fail-fast, drop-root, audit, web, contexts]
					privsep.drop-root.usr                       | 'usr' is not known; did you mean 'user'?
					privsep.audit.directoy                      | 'directoy' is not known; did you mean 'directory'?
					privsep.contexts.net.capabilites            | 'capabilites' is not known; did you mean 'capabilities'?
					privsep.contexts.net.call-timout            | 'call-timout' is not known; did you mean 'call-timeout'?
					privsep.contexts.net.sandbox.netwrok        | 'netwrok' is not known; did you mean 'network'?
					privsep.contexts.net.sandbxo.network        | 'sandbxo' is not known; did you mean 'sandbox'?
					privsep.contexts.net.jvm.maxheep            | 'maxheep' is not known; did you mean 'max-heap'?
					privsep.contexts.net.restart.multiplyer     | 'multiplyer' is not known; did you mean 'multiplier'?
					privsep.contexts.net.recycle.call           | 'call' is not known; did you mean 'calls'?
					privsep.contexts.net.user.name              | 'name' is not known; nothing stands below 'privsep.contexts.net.user'
					privsep.contexts.net.settings.txt           | 'txt' is not known; did you mean 'text'?
					privsep.contexts.net.settings.parts[0].nmae | 'nmae' is not known; did you mean 'name'?
					privsep.contexts.net.settings.other         | 'other' is not known; the keys here are [text, parts, words]
					""")
	void keyThatIsNotKnownFailsTheStartAndIsCorrected(String key, String sentence, CapturedOutput output) {
		String analysis = StartFailures.analysis(output, List.of(Net.class),
				Stream.concat(CONFIGURED.stream(), Stream.of(key + "=a secret")).toArray(String[]::new));
		assertThat(analysis).contains("- '" + key + "', ")
			.contains("from property source \"defaultProperties\": " + sentence + "\n\nAction:")
			.doesNotContain("a secret")
			.doesNotContain("unbound");
	}

	@ParameterizedTest
	@CsvSource({ "PRIVSEP_CONTEXTS_NET_CAPABILITES, 'capabilites', 'capabilities'",
			"PRIVSEP_CONTEXTS_NET_SANDBOX_TMP_SISE, 'tmp', 'tmp-size'",
			"PRIVSEP_CONTEXTS_NET_SETTINGS_TXT, 'txt', 'text'", "PRIVSEP_DROPROOT_USR, 'usr', 'user'",
			"PRIVSEP_DROP_ROOT_USR, 'usr', 'user'" })
	void environmentVariableThatIsNotKnownFailsTheStartAndIsCorrected(String variable, String word, String meant) {
		new ApplicationContextRunner().withPropertyValues(CONFIGURED.toArray(String[]::new))
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("systemEnvironment", Map.of(variable, "1"))))
			.withUserConfiguration(Net.class, PrivsepAutoConfiguration.class)
			.run((context) -> {
				FailureAnalysis analysis = new UnknownKeyFailureAnalyzer().analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains(variable)
					.endsWith("'" + word + "' is not known; did you mean '" + meant + "'?");
			});
	}

	@Test
	void settingsThatNoBeanTakesAreTold(CapturedOutput output) {
		new ApplicationContextRunner()
			.withPropertyValues("privsep.mode=in-process", "privsep.contexts.plain.settings.text=a secret",
					"privsep.contexts.plain.settings.more.a=b")
			.withUserConfiguration(Plain.class, PrivsepAutoConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("Context 'plain' has the settings [more, text], which none of its beans takes;")
			.doesNotContain("a secret");
	}

	@Test
	void settingsThatAreMissingAreTold(CapturedOutput output) {
		new ApplicationContextRunner()
			.withPropertyValues("privsep.mode=in-process", "privsep.contexts.mixed.capabilities=")
			.withUserConfiguration(Mixed.class, PrivsepAutoConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output)
			.contains("Context 'mixed': 'MixedSettings', which its beans take, has no value for [log-file];"
					+ " configure 'privsep.contexts.mixed.settings.log-file', or annotate");
	}

	// As Kubernetes makes them for a service 'privsep-web'.
	@Test
	void environmentVariablesElsewhereAreNotRefused() {
		new ApplicationContextRunner().withPropertyValues(CONFIGURED.toArray(String[]::new))
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("systemEnvironment",
						Map.of("PRIVSEP_WEB_SERVICE_HOST", "10.0.0.1", "PRIVSEP_APP_PORT", "tcp://10.0.0.1:80"))))
			.withUserConfiguration(Net.class, PrivsepAutoConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void allKeysThatAreNotKnownAreNamedAtOnce(CapturedOutput output) {
		assertThat(StartFailures.analysis(output, List.of(Net.class), "privsep.mode=in-process",
				"privsep.contexts.net.capabilites=", "privsep.contexts.net.usr=x"))
			.contains("did you mean 'capabilities'?")
			.contains("did you mean 'user'?");
	}

	/** Functions. */
	static class Net {

		Net(Settings settings) {
		}

		@PrivsepFunction("net")
		public void run() {
		}

	}

	/** Functions with settings that may be missing, and others. */
	static class Mixed {

		Mixed(MixedSettings settings) {
		}

		@PrivsepFunction("mixed")
		public void run() {
		}

	}

	/**
	 * Settings that may be missing, and one that may not.
	 *
	 * @param logFile is needed
	 * @param note may be missing
	 * @param prefix has a default
	 * @param count is 0
	 */
	record MixedSettings(Path logFile, @Nullable String note, @DefaultValue("a") String prefix, int count) {
	}

	/** Functions without settings. */
	static class Plain {

		@PrivsepFunction("plain")
		public void run() {
		}

	}

	/**
	 * Settings of functions.
	 *
	 * @param text a text
	 * @param parts a list
	 * @param words a map
	 */
	record Settings(String text, List<Part> parts, Map<String, String> words) {
	}

	/**
	 * A part of settings.
	 *
	 * @param name its name
	 */
	record Part(String name) {
	}

}
