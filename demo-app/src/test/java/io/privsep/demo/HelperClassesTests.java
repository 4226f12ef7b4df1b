package io.privsep.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import io.privsep.demo.privsep.Motd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Which code gets loaded where the rights are, although the whole class path of the
 * application is there.
 */
class HelperClassesTests {

	private static final Pattern LOADED = Pattern.compile("\\[class,load *\\] (\\S+) source: file:(\\S+)");

	private static final Pattern ALLOWED = Pattern.compile(
			"(io\\.privsep\\.(|(function|value|wire|definition|rights|helper|helper\\.(check|audit|validation|sandbox|log|seccomp)|demo\\.privsep)\\.)"
					+ "|org\\.slf4j\\.([a-z]+\\.)?" + "|org\\.jspecify\\.annotations\\.)[A-Z][\\w$]*");

	/**
	 * They stand on the classes of the functions, so that the JVM loads them with those.
	 */
	private static final Set<String> ANNOTATIONS = Set.of("org.springframework.stereotype.Component",
			"org.springframework.stereotype.Indexed");

	@Test
	void helpersLoadCoreHelperSlf4jAndTheFunctionsOnly(@TempDir Path directory) throws IOException {
		assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "SKIPPED: bubblewrap is not installed");
		Path motd = Files.writeString(directory.resolve("motd"), "before");
		// where root tests from its own directory, no sandbox can read the code
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(DemoApplication.class).run(
				"--server.port=0", "--server.tomcat.basedir=" + directory, "--privsep.fail-fast=false",
				"--privsep.mode=unprivileged", "--privsep.contexts.motd.settings.file=" + motd,
				option("motd", directory), option("ports", directory), option("nobody", directory))) {
			context.getBean(Motd.class).update("after");
			assertThat(motd).content().startsWith("after");
		}
		for (String name : new String[] { "motd", "ports", "nobody" }) {
			Set<String> classes = new TreeSet<>();
			Set<String> places = new TreeSet<>();
			for (String line : Files.readAllLines(log(name, directory))) {
				Matcher matcher = LOADED.matcher(line);
				if (matcher.find()) {
					classes.add(matcher.group(1).replaceFirst("\\$\\$Lambda.*", ""));
					places.add(matcher.group(2).replaceFirst(".*/(?=[^/]+/?$)", ""));
				}
			}
			System.out
				.println("The helper of context '" + name + "' loaded " + classes.size() + " classes from " + places);
			assertThat(classes).contains("io.privsep.helper.Main");
			assertThat(classes)
				.filteredOn((loaded) -> !ALLOWED.matcher(loaded).matches() && !ANNOTATIONS.contains(loaded))
				.isEmpty();
		}
	}

	private static String option(String context, Path directory) {
		return "--privsep.contexts." + context + ".jvm.options=-Xlog:class+load:file=" + log(context, directory);
	}

	private static Path log(String context, Path directory) {
		return directory.resolve(context + ".log");
	}

}
