package io.privsep.context;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Executable;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import io.privsep.context.PrivsepProperties.Context;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That code, metadata and documentation have the same properties, with the same defaults,
 * types and words.
 */
class ConfigurationMetadataTests {

	private static final String CONTEXT = "privsep.contexts.*.";

	private static final Pattern ROW = Pattern.compile("\\| `([a-z.*-]+)` \\| (.*?) \\| (.*\\w.*) \\|");

	private static final int DEFAULT = 2;

	private static final int TEXT = 3;

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
	void metadataHasTheTypesOfTheCode() throws IOException {
		Map<String, String> types = new TreeMap<>();
		for (JsonNode each : metadata().get("properties")) {
			types.put(each.get("name").asString(), each.get("type").asString());
		}
		types.keySet().removeIf((name) -> name.startsWith("management.") || name.equals("privsep.contexts"));
		assertThat(types).isEqualTo(ofCode(ConfigurationMetadataTests::typeOf));
	}

	@Test
	void documentationStartsAsTheMetadataOfContexts() throws IOException {
		Map<String, String> documented = documentation(TEXT);
		List<String> compared = new ArrayList<>();
		for (JsonNode each : metadata().get("properties")) {
			String name = each.get("name").asString();
			if (name.startsWith(CONTEXT)) {
				String start = each.get("description").asString().replaceAll("\\.$", "");
				String text = documented.get(name).replace("`", "").replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
				assertThat(text).as(name).matches(Pattern.quote(start) + "(?:(?:\\. | \\().*)?");
				compared.add(name);
			}
		}
		assertThat(compared).containsExactlyInAnyOrderElementsOf(
				documented.keySet().stream().filter((name) -> name.startsWith(CONTEXT)).toList());
	}

	@Test
	void documentationHasThePropertiesOfTheCode() throws IOException {
		Map<String, String> documented = documentation(DEFAULT);
		documented.replaceAll((name, value) -> value.startsWith("`") ? value.replace("`", "") : "");
		assertThat(documented).isEqualTo(ofCode());
	}

	@Test
	void hintsOfCapabilitiesAreAllThatThereAre() throws IOException {
		JsonNode capabilities = hints().get(CONTEXT + "capabilities").get("values");
		Map<String, String> descriptions = new TreeMap<>();
		capabilities.forEach((each) -> assertThat(
				descriptions.put(each.get("value").asString(), each.path("description").asString("")))
			.isNull());
		assertThat(descriptions.keySet()).containsExactlyInAnyOrderElementsOf(
				Arrays.stream(Capability.values()).map(Capability::lowerCaseName).toList());
		for (Capability capability : Capability.values()) {
			String name = capability.lowerCaseName();
			List<String> reasons = RootEquivalence.reasons(Capabilities.of(List.of(capability)));
			assertThat(descriptions.get(name)).as(name)
				.satisfies((text) -> assertThat(text.startsWith("As good as root: ")).isEqualTo(!reasons.isEmpty()))
				.satisfies((text) -> assertThat(reasons).allMatch((reason) -> text
					.equals("As good as root: " + reason.substring(name.length() + "'' ".length()) + ".")));
		}
	}

	@Test
	void hintsAreOfCapabilitiesAndUsersAndLetOthersBe() throws IOException {
		Map<String, JsonNode> hints = hints();
		assertThat(hints).containsOnlyKeys(CONTEXT + "capabilities", CONTEXT + "user", "privsep.drop-root.user");
		assertThat(ofCode()).containsKeys(hints.keySet().toArray(String[]::new));
		assertThat(hints)
			.allSatisfy((name, hint) -> assertThat(hint.at("/providers/0/name").asString("")).isEqualTo("any"));
		for (String name : List.of(CONTEXT + "user", "privsep.drop-root.user")) {
			JsonNode values = hints.get(name).get("values");
			assertThat(values.size()).as(name).isOne();
			assertThat(values.at("/0/value").asString("")).as(name).isEqualTo("nobody");
			assertThat(values.at("/0/description").asString("")).as(name).contains("Shared with");
		}
	}

	private static Map<String, JsonNode> hints() throws IOException {
		Map<String, JsonNode> hints = new TreeMap<>();
		for (JsonNode each : metadata().get("hints")) {
			assertThat(hints.put(each.get("name").asString(), each)).isNull();
		}
		return hints;
	}

	private static Map<String, String> documentation(int column) throws IOException {
		Map<String, String> documented = new TreeMap<>();
		for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
			Matcher row = ROW.matcher(line);
			if (row.matches()) {
				String name = row.group(1).replace("settings.*", "settings");
				documented.put(name.startsWith("privsep.") ? name : CONTEXT + name, row.group(column));
			}
		}
		return documented;
	}

	private static JsonNode metadata() throws IOException {
		try (InputStream file = Files
			.newInputStream(Path.of("target/classes/META-INF/spring-configuration-metadata.json"))) {
			return new ObjectMapper().readTree(file);
		}
	}

	private static Map<String, String> ofCode() {
		return ofCode(ConfigurationMetadataTests::defaultOf);
	}

	private static Map<String, String> ofCode(Function<Parameter, String> value) {
		Map<String, String> properties = new TreeMap<>();
		collect("privsep.", PrivsepProperties.class, value, properties);
		return properties;
	}

	private static void collect(String prefix, Class<?> type, Function<Parameter, String> value,
			Map<String, String> properties) {
		for (Parameter each : type.getDeclaredConstructors()[0].getParameters()) {
			String name = prefix + ConfigurationPropertyName.of(kebab(each.getName()));
			if (each.getParameterizedType().getTypeName().endsWith(Context.class.getName() + ">")) {
				collect(name + ".*.", Context.class, value, properties);
			}
			else if (each.getType().isRecord()) {
				collect(name + ".", each.getType(), value, properties);
			}
			else {
				properties.put(name, value.apply(each));
			}
		}
	}

	private static String kebab(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	/** As the annotation processor writes it. */
	private static String typeOf(Parameter parameter) {
		if (parameter.getType().isPrimitive()) {
			return ClassUtils.resolvePrimitiveIfNecessary(parameter.getType()).getName();
		}
		// JDK 17 has no generic type of a parameter whose class a newer compiler has made
		Executable constructor = parameter.getDeclaringExecutable();
		int index = Arrays.asList(constructor.getParameters()).indexOf(parameter);
		return constructor.getGenericParameterTypes()[index].getTypeName().replace(", ", ",");
	}

	private static String defaultOf(Parameter parameter) {
		DefaultValue value = parameter.getAnnotation(DefaultValue.class);
		if (value == null) {
			return (parameter.getType() == boolean.class) ? "false" : "";
		}
		return String.join(",", value.value());
	}

}
