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
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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

import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.NetworkType;
import io.privsep.context.PrivsepProperties.Sandbox;

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
	@ValueSource(strings = { "      sandbxo:\n        network: none\n", "      sandbox:\n        netwrok: none\n",
			"      seccopm: true\n" })
	void bindWhenYamlHasAnUnknownElementFails(String part) {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> bind(CONTEXT + part, new MapPropertySource("nothing", Map.of())))
			.havingCause()
			.isInstanceOf(UnboundConfigurationPropertiesException.class);
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
		assertThat(settings.parts()).extracting(Part::name).containsExactly("x");
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

	static Stream<Map<String, Object>> shorterLists() {
		return Stream.of(Map.of("parts[0].name", "x"), Map.of("parts", ""));
	}

	// Sources that have nothing are asked all the same.
	@ParameterizedTest
	@MethodSource("shorterLists")
	void bindWhenAListOfRecordsIsOverriddenBindsThat(Map<String, Object> shorter) {
		Map<String, Object> longer = Map.of("parts[0].name", "a", "parts[0].options.x", "1", "parts[0].tags[0]", "t",
				"parts[1].name", "b", "parts[1].labels.y", "2", "parts[1].tags[0]", "t");
		Settings settings = settings(new MapPropertySource("nothing", Map.of()), source("shorter", shorter),
				source("longer", longer));
		assertThat(settings.parts().stream().map(Part::name))
			.isEqualTo(shorter.containsKey("parts") ? List.of() : List.of("x"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "parts[0].options.z", "parts[1].options.z", "targets.mail.alow" })
	void bindWhenARecordWithinSettingsHasAnUnknownElementFails(String property) {
		Map<String, Object> properties = Map.of("parts[0].name", "a", "parts[1].name", "b", "targets.mail.name", "m",
				property, "1");
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> settings(source("systemProperties", properties)))
			.havingCause()
			.isInstanceOf(UnboundConfigurationPropertiesException.class)
			.withMessageContaining(property);
	}

	@Test
	void bindWhenJsonHasAnEmptySandboxBindsIt() {
		Map<String, Object> json = Map.of("privsep.contexts.my-parser.sandbox", Map.of());
		assertThat(sandbox(bind(CONTEXT, new MapPropertySource("json", json))).network()).isEqualTo(NetworkType.NONE);
	}

	@Test
	void bindWhenJsonHasNoSandboxFails() {
		Map<String, Object> json = new HashMap<>();
		json.put("privsep.contexts.my-parser.sandbox", null);
		assertEmptyFails(new MapPropertySource("json", json), "privsep.contexts.my-parser.sandbox");
	}

	private static MapPropertySource source(String name, Map<String, Object> settings) {
		Map<String, Object> properties = new HashMap<>();
		settings.forEach((key, value) -> properties.put("privsep.contexts.my-parser.settings." + key, value));
		return new MapPropertySource(name, properties);
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
	 * @param targets a map of records
	 */
	record Settings(@DefaultValue("1") int maxSize, @DefaultValue List<Part> parts,
			@DefaultValue Map<String, String> words, @DefaultValue Map<String, Part> targets) {
	}

	/**
	 * A part of settings.
	 *
	 * @param name its name
	 * @param options a record
	 * @param labels a map
	 * @param tags a list
	 */
	record Part(String name, @Nullable Options options, @DefaultValue Map<String, String> labels,
			@DefaultValue List<String> tags) {
	}

	/**
	 * A part of a part.
	 *
	 * @param x a number
	 */
	record Options(int x) {
	}

}
