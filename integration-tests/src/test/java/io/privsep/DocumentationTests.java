package io.privsep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That what the documentation refers to is there.
 */
class DocumentationTests {

	private static final Path PROJECT = Path.of("..");

	/** The raw values of a run have the rest. */
	private static final int MAX_LINES_OF_RESULTS = 250;

	private static final int MAX_DIFFERENCE = 10;

	private static final Pattern TEST = Pattern.compile("`(\\w+Tests)\\.(\\w+)`");

	private static final Pattern LINK = Pattern.compile("]\\(([^)\\s:]*?)(?:#([^)\\s]+))?\\)");

	private static final Pattern LOG = Pattern
		.compile("\\.(?:warn|error|info|log)\\(\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"\\s*\\+?\\s*)+)");

	private static final Pattern LINES = Pattern.compile("\\| \\d+ \\| (.*) \\| (\\d+) \\|");

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

	@Test
	void testsThatAreNamedExist() throws IOException {
		Map<String, String> tests = new HashMap<>();
		try (Stream<Path> files = Files.walk(PROJECT)) {
			for (Path file : files.filter((each) -> each.toString().contains("/src/test/java/"))
				.filter((each) -> each.toString().endsWith("Tests.java"))
				.toList()) {
				// two modules may have a class of one name
				tests.merge(file.getFileName().toString().replace(".java", ""), Files.readString(file), String::concat);
			}
		}
		List<String> missing = new ArrayList<>();
		int count = 0;
		for (Path page : pages()) {
			Matcher matcher = TEST.matcher(Files.readString(page));
			while (matcher.find()) {
				count++;
				if (!tests.getOrDefault(matcher.group(1), "").contains(" " + matcher.group(2) + "(")) {
					missing.add(page + ": " + matcher.group());
				}
			}
		}
		assertThat(count).isGreaterThan(100);
		assertThat(missing).isEmpty();
	}

	@Test
	void linksLeadSomewhere() throws IOException {
		List<String> broken = new ArrayList<>();
		for (Path page : pages()) {
			Matcher matcher = LINK.matcher(withoutCode(Files.readString(page)));
			while (matcher.find()) {
				Path target = matcher.group(1).isEmpty() ? page : page.resolveSibling(matcher.group(1)).normalize();
				String anchor = matcher.group(2);
				if (!Files.exists(target) || anchor != null && !anchors(target).contains(anchor)) {
					broken.add(page + ": " + matcher.group());
				}
			}
		}
		assertThat(broken).isEmpty();
	}

	@Test
	void resultsOfBenchmarksAreOnePage() throws IOException {
		try (Stream<Path> pages = Files.list(PROJECT.resolve("benchmarks/results"))) {
			assertThat(pages.filter((page) -> page.toString().endsWith(".md"))).singleElement()
				.satisfies(
						(page) -> assertThat(Files.readAllLines(page)).hasSizeLessThanOrEqualTo(MAX_LINES_OF_RESULTS));
		}
	}

	@Test
	void pageOnPerformanceHasNoSecondCopyOfTheResults() throws IOException {
		assertThat(Files.readAllLines(PROJECT.resolve("docs/performance.md")))
			.hasSizeLessThanOrEqualTo(MAX_LINES_OF_RESULTS);
	}

	@Test
	void linesOfTheLogAreExplained() throws IOException {
		String explained = spaced(Files.readString(PROJECT.resolve("docs/operations.md"))
				+ Files.readString(PROJECT.resolve("docs/installation.md")));
		List<String> missing = new ArrayList<>();
		int count = 0;
		for (Path source : sources()) {
			for (String format : logFormats(Files.readString(source))) {
				count++;
				if (!explained.contains(longestFixedText(format))) {
					missing.add(source.getFileName() + ": " + format);
				}
			}
		}
		assertThat(count).isGreaterThan(20);
		assertThat(missing).isEmpty();
	}

	// Within ten lines, so that not each change changes the page.
	@Test
	void linesToReadAreAsManyAsThePageSays() throws IOException {
		List<String> wrong = new ArrayList<>();
		int count = 0;
		for (String row : Files.readAllLines(PROJECT.resolve("docs/architecture.md"))) {
			Matcher matcher = LINES.matcher(row);
			if (matcher.matches()) {
				count++;
				int said = Integer.parseInt(matcher.group(2));
				int lines = 0;
				for (MatchResult name : CODE.matcher(matcher.group(1)).results().toList()) {
					lines += StatementLines.of(name.group(1));
				}
				if (lines == 0 || Math.abs(lines - said) > MAX_DIFFERENCE) {
					wrong.add(row + ": " + lines);
				}
			}
		}
		assertThat(count).isGreaterThan(10);
		assertThat(wrong).isEmpty();
	}

	private static List<Path> sources() throws IOException {
		List<Path> sources = new ArrayList<>();
		for (String module : List.of("privsep-core", "privsep-helper", "privsep-client",
				"privsep-spring-boot-autoconfigure", "privsep-install")) {
			try (Stream<Path> files = Files.walk(PROJECT.resolve(module).resolve("src/main"))) {
				files.filter((file) -> file.toString().endsWith(".java")).forEach(sources::add);
			}
		}
		return sources;
	}

	// A line that only passes on what somebody else says has no text of its own.
	private static List<String> logFormats(String source) {
		return LOG.matcher(source)
			.results()
			.map((call) -> LITERAL.matcher(call.group(1))
				.results()
				.map((literal) -> literal.group(1).replace("\\\"", "\""))
				.collect(Collectors.joining()))
			.filter((format) -> !format.equals("{}"))
			.toList();
	}

	// One that has but a few letters between its values has to be quoted as a whole.
	private static String longestFixedText(String format) {
		return Stream.of(format.split("\\{}"))
			.map(DocumentationTests::spaced)
			.filter((text) -> text.length() >= 12)
			.max(Comparator.comparingInt(String::length))
			.orElseGet(() -> "`" + format.replaceAll("(\\{})+", "…") + "`");
	}

	private static String spaced(String text) {
		return text.replaceAll("\\s+", " ").strip();
	}

	private static List<Path> pages() throws IOException {
		try (Stream<Path> docs = Files.walk(PROJECT.resolve("docs")); Stream<Path> top = Files.list(PROJECT)) {
			return Stream.concat(docs, top).filter((file) -> file.toString().endsWith(".md")).toList();
		}
	}

	private static String withoutCode(String text) {
		return text.replaceAll("(?s)```.*?```", "").replaceAll("`[^`\n]*`", "x");
	}

	// As GitHub makes them of headings.
	private static List<String> anchors(Path page) throws IOException {
		return Files.readString(page)
			.replaceAll("(?s)```.*?```", "")
			.lines()
			.filter((line) -> line.startsWith("#"))
			.map((line) -> line.replaceFirst("^#+ ", "")
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\w\\- ]", "")
				.replace(' ', '-'))
			.toList();
	}

}
