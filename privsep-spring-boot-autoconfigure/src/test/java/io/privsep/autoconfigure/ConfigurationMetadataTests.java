package io.privsep.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import io.privsep.autoconfigure.PrivsepProperties.Context;
import io.privsep.rights.Capability;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That code, metadata and documentation have the same properties, with the same defaults.
 */
class ConfigurationMetadataTests {

	private static final String CONTEXT = "privsep.contexts.*.";

	private static final Pattern ROW = Pattern.compile("\\| `([a-z.*-]+)` \\| (.*?) \\| .*\\w.* \\|");

	@Test
	void metadataHasThePropertiesOfTheCode() throws IOException {
		Map<String, String> metadata = new TreeMap<>();
		for (JsonNode each : metadata().get("properties")) {
			String name = each.get("name").asString();
			if (name.startsWith("management.")) {
				// of the endpoint, as every endpoint has them
				continue;
			}
			assertThat(each.path("description").asString("")).as(name).isNotBlank();
			assertThat(each.path("type").asString("")).as(name).isNotBlank();
			metadata.put(name, each.path("defaultValue").asString(""));
		}
		// the map itself
		metadata.remove("privsep.contexts");
		assertThat(metadata).isEqualTo(ofCode());
	}

	@Test
	void documentationHasThePropertiesOfTheCode() throws IOException {
		Map<String, String> documented = new TreeMap<>();
		for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
			Matcher row = ROW.matcher(line);
			if (row.matches()) {
				String name = row.group(1).replace("settings.*", "settings");
				String value = row.group(2);
				documented.put(name.startsWith("privsep.") ? name : CONTEXT + name,
						value.startsWith("`") ? value.replace("`", "") : "");
			}
		}
		assertThat(documented).isEqualTo(ofCode());
	}

	@Test
	void hintsOfCapabilitiesAreAllThatThereAre() throws IOException {
		JsonNode hints = metadata().get("hints");
		JsonNode capabilities = null;
		for (JsonNode each : hints) {
			if (each.get("name").asString().equals(CONTEXT + "capabilities")) {
				capabilities = each.get("values");
			}
		}
		List<String> names = new ArrayList<>();
		Objects.requireNonNull(capabilities).forEach((each) -> names.add(each.get("value").asString()));
		assertThat(names).containsExactlyInAnyOrderElementsOf(
				Arrays.stream(Capability.values()).map(Capability::lowerCaseName).toList());
	}

	private static JsonNode metadata() throws IOException {
		try (InputStream file = Files
			.newInputStream(Path.of("target/classes/META-INF/spring-configuration-metadata.json"))) {
			return new ObjectMapper().readTree(file);
		}
	}

	private static Map<String, String> ofCode() {
		Map<String, String> properties = new TreeMap<>();
		collect("privsep.", PrivsepProperties.class, properties);
		return properties;
	}

	private static void collect(String prefix, Class<?> type, Map<String, String> properties) {
		for (Parameter each : type.getDeclaredConstructors()[0].getParameters()) {
			String name = prefix + ConfigurationPropertyName.of(kebab(each.getName()));
			if (each.getParameterizedType().getTypeName().endsWith(Context.class.getName() + ">")) {
				collect(name + ".*.", Context.class, properties);
			}
			else if (each.getType().isRecord()) {
				collect(name + ".", each.getType(), properties);
			}
			else {
				properties.put(name, defaultOf(each));
			}
		}
	}

	private static String kebab(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	private static String defaultOf(Parameter parameter) {
		DefaultValue value = parameter.getAnnotation(DefaultValue.class);
		if (value == null) {
			return (parameter.getType() == boolean.class) ? "false" : "";
		}
		return String.join(",", value.value());
	}

}
