package io.privsep.context;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link StrictBindHandler}, with the settings of a context.
 */
class StrictBindHandlerTests {

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

	private static PropertySource<?> environment(String name, String value) {
		return new SystemEnvironmentPropertySource("systemEnvironment", Map.of(name, value));
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
