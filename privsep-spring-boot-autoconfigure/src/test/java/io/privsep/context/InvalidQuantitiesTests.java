package io.privsep.context;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

import io.privsep.functions.MissingUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link InvalidQuantities} and {@link MissingUnit}.
 */
class InvalidQuantitiesTests {

	private static final String CONTEXT = "privsep.contexts.my-parser.";

	@Test
	void everyDurationAndSizeOfAContextTakesAUnit() {
		List<String> durations = properties(PrivsepProperties.Context.class, Duration.class, "");
		List<String> sizes = properties(PrivsepProperties.Context.class, DataSize.class, "");
		assertThat(durations).contains("call-timeout", "ping-interval", "restart.max-backoff", "recycle.after");
		assertThat(sizes).contains("jvm.max-heap", "max-message-size", "sandbox.tmp-size", "sandbox.max-memory");
		durations.forEach((property) -> assertRefused(property, "5", "5s"));
		sizes.forEach((property) -> assertRefused(property, "64", "64MB"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "5s", "5ms", "2m", "PT5S", "0" })
	void checkWhenDurationHasAUnitOrIsZeroAcceptsIt(String value) {
		assertThatNoException().isThrownBy(() -> check(source("call-timeout", value)));
	}

	@Test
	void checkWhenNumberComesFromElsewhereRefusesItAlike() {
		assertRefused(source("call-timeout", 5), "call-timeout", "5s");
		assertRefused(new MapPropertySource("map", Map.of(CONTEXT + "call-timeout", "${seconds}", "seconds", "7")),
				"call-timeout", "7s");
		PropertySource<?> environment = new SystemEnvironmentPropertySource("systemEnvironment",
				Map.of("PRIVSEP_CONTEXTS_PARSER_JVM_MAX_HEAP", "128"));
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> check(environment))
			.withMessageContaining("privsep.contexts.parser.jvm.max-heap")
			.withMessageContaining("'128MB'");
	}

	@Test
	void checkNamesAllAtOnce() {
		PropertySource<?> source = new MapPropertySource("map",
				Map.of(CONTEXT + "jvm.max-heap", "1", CONTEXT + "queue-timeout", "2"));
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(() -> check(source))
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(CONTEXT + "jvm.max-heap");
				assertThat(ex.getReason()).isEqualTo("it has no unit; write '1MB' if that is meant. '" + CONTEXT
						+ "queue-timeout': it has no unit; write '2s' if that is meant");
			});
	}

	@ParameterizedTest
	@CsvSource({ "call-timeout, soon, is no duration; write one such as '2s'",
			"restart.max-backoff, 5 minutes, is no duration; write one such as '2s'",
			"jvm.max-heap, plenty, is no size; write one such as '64MB'" })
	void checkWhenThereIsNoneSaysWhatToWrite(String property, String value, String reason) {
		assertReason(source(property, value), property, "'" + value + "' " + reason);
	}

	// As YAML reads 'off'.
	@Test
	void checkWhenThereIsNoTextSaysWhatToWrite() {
		assertReason(source("call-timeout", false), "call-timeout", "'false' is no duration; write one such as '2s'");
	}

	@Test
	void checkWhenAPlaceholderStandsForNoneNamesWhatItStandsFor() {
		assertReason(
				new MapPropertySource("map",
						Map.of(CONTEXT + "call-timeout", "${time}", "time", "soon", CONTEXT + "queue-timeout", "5")),
				"call-timeout", "'soon' is no duration; write one such as '2s'. '" + CONTEXT
						+ "queue-timeout': it has no unit; write '5s' if that is meant");
	}

	private static void assertReason(PropertySource<?> source, String property, String reason) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).as(property)
			.isThrownBy(() -> check(source))
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(CONTEXT + property);
				assertThat(ex.getReason()).isEqualTo(reason);
			});
	}

	@ParameterizedTest
	@CsvSource({ "5, 5s", "999, 999s", "1000, 1000ms", "30000, 30000ms", "-5, -5s", "5s,", "0,", "five," })
	void suggestionForADuration(String text, String expected) {
		assertThat(MissingUnit.suggestion(text, Duration.class)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource({ "1, 1MB", "9999, 9999MB", "65536, 64KB", "67108864, 64MB", "4294967296, 4GB", "100001, 100001B",
			"64MB,", "0," })
	void suggestionForASize(String text, String expected) {
		assertThat(MissingUnit.suggestion(text, DataSize.class)).isEqualTo(expected);
	}

	private static void assertRefused(String property, String value, String suggestion) {
		assertRefused(source(property, value), property, suggestion);
	}

	private static void assertRefused(PropertySource<?> source, String property, String suggestion) {
		assertReason(source, property, "it has no unit; write '" + suggestion + "' if that is meant");
	}

	private static PropertySource<?> source(String property, Object value) {
		return new MapPropertySource("map",
				Map.of(CONTEXT + property, value, CONTEXT + "sandbox.enabled", "true", CONTEXT + "user", "nobody"));
	}

	private static void check(PropertySource<?> source) {
		List<PropertySource<?>> sources = List.of(source);
		PlaceholdersResolver placeholders = new PropertySourcesPlaceholdersResolver(sources);
		ContextPropertiesCheck.check(new Binder(ConfigurationPropertySources.from(sources), placeholders));
	}

	private static List<String> properties(Class<?> type, Class<?> wanted, String prefix) {
		List<String> names = new ArrayList<>();
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
			if (component.getType() == wanted) {
				names.add(name);
			}
			else if (component.getType().isRecord()) {
				names.addAll(properties(component.getType(), wanted, name + "."));
			}
		}
		return names;
	}

}
