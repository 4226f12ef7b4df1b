package io.privsep.context;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.NetworkType;
import io.privsep.context.PrivsepProperties.Sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ContextPropertiesCheck}.
 */
class ContextPropertiesCheckTests {

	private static final String CONTEXT = """
			privsep:
			  contexts:
			    my-parser:
			      capabilities: []
			""";

	private static final String ENABLED = CONTEXT + "      sandbox:\n        enabled: true\n";

	private static final String SANDBOX = ENABLED + "        read: [/etc, /usr]\n";

	@ParameterizedTest
	@ValueSource(strings = { "SANDBOX_NETWROK", "SANDBOX_REED", "SANDBOX_READ_ONLY", "SANDBXO_NETWORK",
			"SANDBOX_NETWORK_X", "SANDBOX_MAX_OPENFILES", "SECCOPM" })
	void checkWhenEnvironmentHasAnUnknownElementFails(String variable) {
		for (String yaml : List.of(CONTEXT, SANDBOX)) {
			assertThatExceptionOfType(BindException.class)
				.isThrownBy(() -> bind(yaml, environment("PRIVSEP_CONTEXTS_MYPARSER_" + variable, "none")))
				.havingCause()
				.isInstanceOf(UnboundConfigurationPropertiesException.class)
				.withMessageContaining("privsep.contexts.myparser." + variable.split("_")[0].toLowerCase(Locale.ROOT));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sandbox.netwrok", "sandbox.tmp.size", "sandbox.network[0]", "sandbxo.network" })
	void checkWhenSystemPropertiesHaveAnUnknownElementFails(String property) {
		String name = "privsep.contexts.my-parser." + property;
		for (String yaml : List.of(CONTEXT, SANDBOX)) {
			assertThatExceptionOfType(BindException.class)
				.isThrownBy(() -> bind(yaml, new MapPropertySource("systemProperties", Map.of(name, "none"))))
				.havingCause()
				.isInstanceOf(UnboundConfigurationPropertiesException.class)
				.withMessageContaining(name);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "      sandbxo:\n        network: none\n", "      sandbox:\n        netwrok: none\n",
			"      seccopm: true\n" })
	void checkWhenYamlHasAnUnknownElementFails(String part) {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind(CONTEXT + part, new MapPropertySource("nothing", Map.of())))
			.havingCause()
			.isInstanceOf(UnboundConfigurationPropertiesException.class);
	}

	@ParameterizedTest
	@CsvSource({ "MYPARSER, myparser", "MY_PARSER, my-parser" })
	void checkWhenNothingOfASandboxHasAValueFails(String variable, String name) {
		for (String property : List.of("", "_ENABLED", "_NETWORK")) {
			assertNotEnabled(CONTEXT, environment("PRIVSEP_CONTEXTS_" + variable + "_SANDBOX" + property, ""), name);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "      sandbox:\n        read: [/etc, /usr]\n", "      sandbox:\n",
			"      sandbox: true\n", "      sandbox: none\n", "      sandbox:\n        enabled:\n",
			"      sandbox:\n        enabled: ''\n" })
	void checkWhenASandboxIsNotEnabledFails(String part) {
		assertNotEnabled(CONTEXT + part, new MapPropertySource("nothing", Map.of()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "systemProperties", "commandLineArgs" })
	void checkWhenASandboxIsNotEnabledFailsInEverySource(String source) {
		for (String value : List.of("", "300MB")) {
			assertNotEnabled(CONTEXT,
					new MapPropertySource(source, Map.of("privsep.contexts.my-parser.sandbox.max-memory", value)));
		}
	}

	@Test
	void checkWhenYamlHasAnEmptySandboxFailsWhereSpringBootTellsOfIt() {
		String yaml = CONTEXT + "      user: nobody\n      sandbox: {}\n";
		PropertySource<?> nothing = new MapPropertySource("nothing", Map.of());
		if (SpringBootVersion.getVersion().startsWith("4.0.")) {
			assertThat(bind(yaml, nothing).get("my-parser").sandbox())
				.as("see 'Sandboxes' in the security model, which says so")
				.isNull();
		}
		else {
			assertNotEnabled(yaml, nothing);
		}
	}

	@Test
	void checkWhenJsonNamesASandboxAloneFails() {
		Map<String, Object> json = new HashMap<>();
		json.put("privsep.contexts.my-parser.sandbox", null);
		assertNotEnabled(CONTEXT, new MapPropertySource("json", json));
		json.put("privsep.contexts.my-parser.sandbox", Map.of());
		assertNotEnabled(CONTEXT, new MapPropertySource("json", json));
	}

	@Test
	void checkWhenASandboxIsDisabledPassesAndThereIsNone() {
		Map<String, Context> contexts = bind(SANDBOX,
				environment("PRIVSEP_CONTEXTS_MY_PARSER_SANDBOX_ENABLED", "false"));
		assertThat(contexts.get("my-parser").sandbox()).isNull();
	}

	private static void assertNotEnabled(String yaml, PropertySource<?> source) {
		assertNotEnabled(yaml, source, "my-parser");
	}

	private static void assertNotEnabled(String yaml, PropertySource<?> source, String context) {
		String property = "privsep.contexts." + context + ".sandbox.enabled";
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> bind(yaml, source))
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(property);
				assertThat(ex.getReason()).contains("For a sandbox, set '" + property + "=true'");
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					MYPARSER_SANDBOX_TMPSIZE    | 1MB   | Sandbox[enabled=true, network=NONE, read=[], write=[], fonts=false, tmpSize=1048576B
					MYPARSER_SANDBOX_READ_0     | /etc  | Sandbox[enabled=true, network=NONE, read=[/etc], write=[], fonts=false, tmpSize=16777216B
					MYPARSER_SANDBOX_READ       | /etc  | Sandbox[enabled=true, network=NONE, read=[/etc], write=[], fonts=false, tmpSize=16777216B
					MY_PARSER_SANDBOX_TMP_SIZE  | 1MB   | Sandbox[enabled=true, network=NONE, read=[], write=[], fonts=false, tmpSize=1048576B
					MY_PARSER_SANDBOX_READ_0    | /etc  | Sandbox[enabled=true, network=NONE, read=[/etc], write=[], fonts=false, tmpSize=16777216B
					""")
	void bindWhenEnvironmentNamesAPropertyInEitherWayBindsIt(String variable, String value, String sandbox) {
		assertThat(sandbox(bind(ENABLED, environment("PRIVSEP_CONTEXTS_" + variable, value))).toString())
			.startsWith(sandbox);
	}

	@Test
	void bindWhenTheNameOfAContextEndsAsASandboxsDoesIsOfThatContext() {
		for (String yaml : List.of("", "    pdf:\n      capabilities: []\n")) {
			Map<String, Context> contexts = bind(
					"privsep:\n  contexts:\n    pdf-sandbox:\n      capabilities: []\n" + yaml,
					environment("PRIVSEP_CONTEXTS_PDF_SANDBOX_CALL_TIMEOUT", "60s"));
			assertThat(contexts.get("pdf-sandbox").callTimeout()).hasSeconds(60);
			assertThat(contexts).hasSize(yaml.isEmpty() ? 1 : 2);
		}
	}

	@ParameterizedTest
	@CsvSource({ "read, '/x,/y'", "read[0], /x" })
	void bindWhenAListIsOverriddenBindsThat(String property, String value) {
		Map<String, Object> properties = Map.of("privsep.contexts.my-parser.sandbox." + property, value);
		assertThat(sandbox(bind(SANDBOX, new MapPropertySource("commandLineArgs", properties))).read())
			.containsExactly(value.split(","));
	}

	// Spring Boot does not bind these.
	@ParameterizedTest
	@ValueSource(strings = { "MYPARSER_SANDBOX_TMP_SIZE", "MY_PARSER_SANDBOX_TMPSIZE" })
	void checkWhenEnvironmentMixesTheWaysFails(String variable) {
		assertThatException().isThrownBy(() -> bind(CONTEXT, environment("PRIVSEP_CONTEXTS_" + variable, "1MB")))
			.isInstanceOfAny(BindException.class, InvalidConfigurationPropertyValueException.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "sandbox.read[0]", "sandbox.read", "Sandbox.Read" })
	void bindWhenSystemPropertiesNameAPropertyBindsIt(String property) {
		Map<String, Object> properties = Map.of("privsep.contexts.my-parser." + property, "/etc");
		assertThat(sandbox(bind(ENABLED, new MapPropertySource("systemProperties", properties))).read())
			.containsExactly("/etc");
	}

	@Test
	void bindWhenPartOfAListIsReplacedBindsIt() {
		PropertySource<?> source = environment("PRIVSEP_CONTEXTS_MYPARSER_SANDBOX_READ_0", "/var");
		assertThat(sandbox(bind(SANDBOX, source)).read()).containsExactly("/var");
	}

	@Test
	void bindWhenOnePropertyOfASandboxHasNoValueTakesItsDefault() {
		PropertySource<?> source = environment("PRIVSEP_CONTEXTS_MYPARSER_SANDBOX_NETWORK", "");
		assertThat(sandbox(bind(SANDBOX, source)).network()).isEqualTo(NetworkType.NONE);
	}

	@Test
	void bindWhenEnvironmentHasSettingsBindsThem() {
		PropertySource<?> source = environment("PRIVSEP_CONTEXTS_MYPARSER_SETTINGS_SOME_NAME_0_X", "value");
		assertThat(bind(CONTEXT, source)).containsKey("my-parser");
	}

	@Test
	void bindWhenEnvironmentHasSomethingElseOfThatNameBinds() {
		assertThat(bind(CONTEXT, environment("PRIVSEP_SERVICE_HOST", "10.0.0.1"))).containsKey("my-parser");
	}

	@Test
	void applicationWhenSystemPropertyIsUnknownDoesNotStart() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
			.withPropertyValues("privsep.mode=in-process")
			.withSystemProperties("privsep.contexts.a.sandbox.netwrok=none")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasRootCauseInstanceOf(UnboundConfigurationPropertiesException.class)
				.rootCause()
				.hasMessageContaining("privsep.contexts.a.sandbox.netwrok"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n", "-Xlog:gc,class:stderr",
			"-Dkey=one,two", "-Dkey=1,-2" })
	void bindWhenOptionWithCommasIsOneTextLeavesItWhole(String option) {
		PropertySource<?> source = environment("PRIVSEP_CONTEXTS_MY_PARSER_JVM_OPTIONS", option);
		assertThat(context(bind(CONTEXT, source)).jvm().options()).containsExactly(option);
		source = new MapPropertySource("commandLineArgs", Map.of("privsep.contexts.my-parser.jvm.options", option));
		assertThat(context(bind(CONTEXT, source)).jvm().options()).containsExactly(option);
	}

	@Test
	void bindWhenOptionsAreEmptyTextHasNone() {
		PropertySource<?> source = environment("PRIVSEP_CONTEXTS_MY_PARSER_JVM_OPTIONS", "");
		assertThat(context(bind(CONTEXT, source)).jvm().options()).isEmpty();
	}

	private static Context context(Map<String, Context> contexts) {
		return Objects.requireNonNull(contexts.get("my-parser"));
	}

	private static Sandbox sandbox(Map<String, Context> contexts) {
		return Objects.requireNonNull(context(contexts).sandbox());
	}

	private static PropertySource<?> environment(String name, String value) {
		return new SystemEnvironmentPropertySource("systemEnvironment", Map.of(name, value));
	}

	private static Map<String, Context> bind(String yaml, PropertySource<?> source) {
		List<PropertySource<?>> sources = new ArrayList<>(List.of(source));
		try {
			sources.addAll(new YamlPropertySourceLoader().load("yaml",
					new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8))));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Binder binder = new Binder(ConfigurationPropertySources.from(sources));
		ContextPropertiesCheck.check(binder);
		return binder.bind("privsep", PrivsepProperties.class).get().contexts();
	}

}
