package io.privsep.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.mock.env.MockEnvironment;

import io.privsep.autoconfigure.PrivsepProperties.Context;
import io.privsep.autoconfigure.PrivsepProperties.NetworkType;
import io.privsep.autoconfigure.PrivsepProperties.Sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link UnknownElementsBindHandler}.
 */
class UnknownElementsBindHandlerTests {

	private static final String CONTEXT = """
			privsep:
			  contexts:
			    my-parser:
			      capabilities: []
			""";

	private static final String SANDBOX = CONTEXT + "      sandbox:\n        read: [/etc, /usr]\n";

	@ParameterizedTest
	@ValueSource(strings = { "SANDBOX_NETWROK", "SANDBOX_REED", "SANDBOX_READ_ONLY", "SANDBXO_NETWORK",
			"SANDBOX_NETWORK_X", "SANDBOX_MAX_OPENFILES", "SECCOPM" })
	void bindWhenEnvironmentHasAnUnknownElementFails(String variable) {
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
	void bindWhenSystemPropertiesHaveAnUnknownElementFails(String property) {
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
	@CsvSource({ "MYPARSER, myparser", "MY_PARSER, my.parser" })
	void bindWhenNothingOfASandboxHasAValueFails(String variable, String name) {
		assertEmptyFails(environment("PRIVSEP_CONTEXTS_" + variable + "_SANDBOX_NETWORK", ""),
				"privsep.contexts." + name + ".sandbox.network");
	}

	@ParameterizedTest
	@ValueSource(strings = { "systemProperties", "commandLineArgs" })
	void bindWhenNothingOfASandboxHasAValueFailsInEverySource(String source) {
		String name = "privsep.contexts.my-parser.sandbox.max-memory";
		assertEmptyFails(new MapPropertySource(source, Map.of(name, "")), name);
	}

	private static void assertEmptyFails(PropertySource<?> source, String name) {
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind(CONTEXT, source))
			.havingCause()
			.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
				assertThat(ex.getName()).isEqualTo(name);
				assertThat(ex.getReason()).contains("there would be no sandbox");
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			MYPARSER_SANDBOX            | ""    | Sandbox[network=NONE, read=[], write=[], tmpSize=16777216B
			MYPARSER_SANDBOX_TMPSIZE    | 1MB   | Sandbox[network=NONE, read=[], write=[], tmpSize=1048576B
			MYPARSER_SANDBOX_READ_0     | /etc  | Sandbox[network=NONE, read=[/etc], write=[], tmpSize=16777216B
			MYPARSER_SANDBOX_READ       | /etc  | Sandbox[network=NONE, read=[/etc], write=[], tmpSize=16777216B
			MY_PARSER_SANDBOX           | ""    | Sandbox[network=NONE, read=[], write=[], tmpSize=16777216B
			MY_PARSER_SANDBOX_TMP_SIZE  | 1MB   | Sandbox[network=NONE, read=[], write=[], tmpSize=1048576B
			MY_PARSER_SANDBOX_READ_0    | /etc  | Sandbox[network=NONE, read=[/etc], write=[], tmpSize=16777216B
			""")
	void bindWhenEnvironmentNamesAPropertyInEitherWayBindsIt(String variable, String value, String sandbox) {
		assertThat(sandbox(bind(CONTEXT, environment("PRIVSEP_CONTEXTS_" + variable, value))).toString())
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
	@CsvSource({ "PRIVSEP_CONTEXTS_MY_PARSER_SETTINGS_MAX_SIZE, 7", "PRIVSEP_CONTEXTS_MYPARSER_SETTINGS_MAXSIZE, 7",
			"PRIVSEP_CONTEXTS_MY_PARSER_SETTINGS_PARTS_0_NAME, 1" })
	void bindWhenEnvironmentHasSettingsBindsThem(String variable, String value) {
		assertThat(settings(environment(variable, value)).toString()).contains(value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PRIVSEP_CONTEXTS_MY_PARSER_SETTINGS_MAX_SIZF", "PRIVSEP_CONTEXTS_MYPARSER_SETTINGS_TYPPO",
			"PRIVSEP_CONTEXTS_MY_PARSER_SETTINGS_PARTS_0_NAMF" })
	void bindWhenEnvironmentHasAnUnknownSettingFails(String variable) {
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> settings(environment(variable, "1")))
			.havingCause()
			.isInstanceOf(UnboundConfigurationPropertiesException.class);
	}

	@Test
	void bindWhenAListOfSettingsIsOverriddenByAShorterOneBindsThat() {
		Map<String, Object> longer = Map.of("privsep.contexts.my-parser.settings.parts[0].name", "a",
				"privsep.contexts.my-parser.settings.parts[1].name", "b",
				"privsep.contexts.my-parser.settings.parts[2].name", "c",
				"privsep.contexts.my-parser.settings.words[A/b.c]", "d");
		Settings settings = settings(environment("PRIVSEP_CONTEXTS_MYPARSER_SETTINGS_PARTS_0_NAME", "x"),
				new MapPropertySource("longer", longer));
		assertThat(settings.parts()).containsExactly(new Part("x"));
		assertThat(settings.words()).containsEntry("A/b.c", "d");
	}

	@ParameterizedTest
	@CsvSource({ "read, '/x,/y'", "read[0], /x" })
	void bindWhenAListIsOverriddenBindsThat(String property, String value) {
		Map<String, Object> properties = Map.of("privsep.contexts.my-parser.sandbox." + property, value);
		assertThat(sandbox(bind(SANDBOX, new MapPropertySource("commandLineArgs", properties))).read())
			.containsExactly(value.split(","));
	}

	@Test
	void bindWhenTheApplicationBindsSomethingElseLooksAtNothing() {
		MockEnvironment environment = new MockEnvironment();
		environment.getPropertySources()
			.addLast(new MapPropertySource("other", Map.of("privsep.contexts.a.user", "root", "other.name", "x")));
		ConfigurationPropertySources.attach(environment);
		for (String name : List.of("other", "")) {
			Binder.get(environment).bind(name, Bindable.of(Part.class), new SandboxBindHandler(BindHandler.DEFAULT));
		}
	}

	private static Settings settings(PropertySource<?>... sources) {
		MockEnvironment environment = new MockEnvironment();
		for (PropertySource<?> source : sources) {
			environment.getPropertySources().addLast(source);
		}
		ConfigurationPropertySources.attach(environment);
		return (Settings) new SettingsBinder(environment, List.of()).bind("my-parser", Settings.class);
	}

	// Spring Boot does not bind these.
	@ParameterizedTest
	@ValueSource(strings = { "MYPARSER_SANDBOX_TMP_SIZE", "MY_PARSER_SANDBOX_TMPSIZE" })
	void bindWhenEnvironmentMixesTheWaysFails(String variable) {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind(CONTEXT, environment("PRIVSEP_CONTEXTS_" + variable, "1MB")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sandbox.read[0]", "sandbox.read", "Sandbox.Read" })
	void bindWhenSystemPropertiesNameAPropertyBindsIt(String property) {
		Map<String, Object> properties = Map.of("privsep.contexts.my-parser." + property, "/etc");
		assertThat(sandbox(bind(CONTEXT, new MapPropertySource("systemProperties", properties))).read())
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

	private static Sandbox sandbox(Map<String, Context> contexts) {
		return Objects.requireNonNull(Objects.requireNonNull(contexts.get("my-parser")).sandbox());
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
		PrivsepProperties properties = SandboxBindHandler.bind(new Binder(ConfigurationPropertySources.from(sources)));
		return Objects.requireNonNull(properties).contexts();
	}

	/**
	 * Settings of functions.
	 *
	 * @param maxSize a number
	 * @param parts a list
	 * @param words a map
	 */
	record Settings(@DefaultValue("1") int maxSize, @DefaultValue List<Part> parts,
			@DefaultValue Map<String, String> words) {
	}

	/**
	 * A part of settings.
	 *
	 * @param name its name
	 */
	record Part(String name) {
	}

}
