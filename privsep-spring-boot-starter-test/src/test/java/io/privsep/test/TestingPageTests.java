package io.privsep.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That what the documentation shows stands in tests that are run.
 */
class TestingPageTests {

	private static final Pattern SNIPPET = Pattern.compile("(?s)```java\n(.*?)```");

	@Test
	void snippetsStandInTests() throws IOException {
		List<String> sources;
		try (Stream<Path> files = Files.list(Path.of("src/test/java/io/privsep/test/app"))) {
			sources = files.map(TestingPageTests::read).toList();
		}
		List<String> snippets = SNIPPET.matcher(read(Path.of("../docs/testing.md")))
			.results()
			.map((result) -> result.group(1))
			.toList();
		assertThat(snippets).hasSizeGreaterThan(6)
			.allSatisfy((snippet) -> assertThat(sources).anySatisfy((source) -> assertThat(source).contains(snippet)));
	}

	@Test
	void allFaultsAndAssertionsAreOnThePage() {
		String page = read(Path.of("../docs/testing.md"));
		Stream.of(FaultyCalls.class, PrivsepCallsAssert.class)
			.flatMap((type) -> Stream.of(type.getDeclaredMethods()))
			.filter((method) -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
			.forEach((method) -> assertThat(page).contains(method.getName()));
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
