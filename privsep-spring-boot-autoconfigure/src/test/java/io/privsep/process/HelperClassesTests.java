package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.sample.Sample;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which code gets loaded where the rights are, although the whole class path of the
 * application is there.
 */
class HelperClassesTests {

	private static final Pattern LOADED = Pattern.compile("\\[class,load *\\] (\\S+) source: (\\S+)");

	private static final Set<String> ANNOTATIONS_OF_THE_FUNCTIONS_CLASS = Set.of(
			"org.springframework.stereotype.Component", "org.springframework.stereotype.Indexed",
			"jakarta.annotation.PostConstruct");

	@Test
	void helperLoadsCoreHelperJacksonSlf4jAndTheFunctionsOnly(@TempDir Path directory) throws IOException {
		Path log = directory.resolve("classes.log");
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Sample.class,
				PrivsepAutoConfiguration.class)
			.web(WebApplicationType.NONE)
			.properties("privsep.mode=unprivileged", "privsep.contexts.sample.settings.name=it",
					"privsep.contexts.sample.settings.sizes=1,2",
					"privsep.contexts.sample.jvm.options=-Xlog:class+load:file=" + log)
			.run()) {
			Sample sample = context.getBean(Sample.class);
			assertThat(sample.settings().name()).isEqualTo("it");
			sample.log("x");
		}
		Set<String> classes = new TreeSet<>();
		Set<String> sources = new TreeSet<>();
		for (String line : Files.readAllLines(log)) {
			Matcher matcher = LOADED.matcher(line);
			if (matcher.find() && matcher.group(2).startsWith("file:")) {
				classes.add(matcher.group(1).replaceFirst("\\$\\$Lambda.*", ""));
				sources.add(matcher.group(2).replaceFirst(".*/(?=[^/]+/?$)", ""));
			}
		}
		System.out.println("The helper loaded classes from " + sources);
		List<String> others = classes.stream()
			.filter((name) -> !name.matches(
					"(io\\.privsep\\.(|function\\.|value\\.|wire\\.|launch\\.|rights\\.|helper\\.|helper\\.log\\.|sample\\.)"
							+ "|tools\\.jackson\\.|com\\.fasterxml\\.jackson\\.annotation\\.|org\\.slf4j\\.|org\\.jspecify\\.)"
							+ "[A-Z_a-z0-9$.]+"))
			.filter((name) -> !ANNOTATIONS_OF_THE_FUNCTIONS_CLASS.contains(name))
			.collect(Collectors.toList());
		assertThat(classes).contains("io.privsep.helper.Main", Sample.class.getName());
		assertThat(others).isEmpty();
	}

}
