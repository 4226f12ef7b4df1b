package io.privsep;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Guards the directions between packages, and where the time is taken from. Those between
 * modules are the compiler's.
 */
@Tag("any-jdk")
class ArchitectureTests {

	private static final String[] CORE = { "io.privsep", "io.privsep.function..", "io.privsep.value..",
			"io.privsep.wire..", "io.privsep.definition..", "io.privsep.rights.." };

	private static final String[] HELPER = { "io.privsep.helper.." };

	private static final String[] CLIENT = { "io.privsep.channel..", "io.privsep.connection..", "io.privsep.launch..",
			"io.privsep.command..", "io.privsep.sandbox..", "io.privsep.linux..", "io.privsep.thrown..",
			"io.privsep.trust.." };

	private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);

	private static final Pattern IMPORT = Pattern.compile("^import (?:static )?(io\\.privsep(?:\\.[a-z]\\w*)*)\\.[A-Z]",
			Pattern.MULTILINE);

	private static final Pattern SPLIT = Pattern.compile("\\.split\\(\"((?:\\\\.|[^\"])*)\"");

	/** More is too much to keep in mind. */
	private static final int MAX_CLASSES = 27;

	private static final int MAX_LINES = 300;

	private static final int MAX_LINES_OF_TEXT = 2_000;

	private final JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.withImportOption((location) -> !location.contains("-tests.jar") && !location.contains("demo-app"))
		.importPackages("io.privsep");

	@Test
	void packagesFormNoCircle() {
		SlicesRuleDefinition.slices().matching("io.(**)").should().beFreeOfCycles().check(this.classes);
	}

	@Test
	void packagesOfTheDemoFormNoCircle() {
		JavaClasses demo = new ClassFileImporter().importPath(Path.of("../demo-app/target/classes"));
		assertThat(demo).hasSizeGreaterThan(20);
		SlicesRuleDefinition.slices().matching("io.(**)").should().beFreeOfCycles().check(demo);
	}

	// Of all modules, also of those that other builds make, or none so far.
	@Test
	void importsFormNoCircle() throws IOException {
		Map<String, Set<String>> imports = new TreeMap<>();
		for (Path file : sources()) {
			String source = Files.readString(file);
			String importing = PACKAGE.matcher(source).results().findFirst().orElseThrow().group(1);
			Set<String> imported = imports.computeIfAbsent(importing, (each) -> new TreeSet<>());
			IMPORT.matcher(source).results().map((each) -> each.group(1)).forEach(imported::add);
			imported.remove(importing);
		}
		assertThat(imports).hasSizeGreaterThan(40).containsKeys("io.privsep.schedules", "io.privsep.demo.web");
		// whatever imports nothing more is in no circle
		int size;
		do {
			size = imports.size();
			imports.values().forEach((each) -> each.retainAll(imports.keySet()));
			imports.values().removeIf(Set::isEmpty);
		}
		while (imports.size() < size);
		assertThat(imports).isEmpty();
	}

	// They bring classes that a start need not load. (Lambdas count as the classes that
	// they are, in HelperSizeTests.)
	@Test
	void helperStartsWithoutStreamsExpressionsAndFormats() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAnyPackage("io.privsep.helper..", "io.privsep.definition..", "io.privsep.function..",
					"io.privsep.rights..", "io.privsep.value..", "io.privsep.wire..")
			// loaded with the first constraint
			.and()
			.resideOutsideOfPackage("io.privsep.helper.validation")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("java.util.stream..", "java.util.regex..")
			.orShould()
			.callMethodWhere(
					JavaCall.Predicates.target(HasOwner.Predicates.With.owner(JavaClass.Predicates.type(String.class)))
						.and(JavaCall.Predicates
							.target(HasName.Predicates.nameMatching("format(ted)?|matches|replace(All|First)"))))
			.check(this.classes);
	}

	// At one character takes no expression.
	@Test
	void helperSplitsTextsAtOneCharacter() throws IOException {
		List<String> separators = new ArrayList<>();
		for (String module : List.of("../privsep-core", "../privsep-helper")) {
			try (Stream<Path> files = Files.walk(Path.of(module, "src/main/java"))) {
				for (Path file : files.filter((each) -> each.toString().endsWith(".java")).toList()) {
					SPLIT.matcher(Files.readString(file))
						.results()
						.map((call) -> call.group(1))
						.forEach(separators::add);
				}
			}
		}
		assertThat(separators).hasSizeGreaterThan(5)
			.allMatch((separator) -> separator.matches("[^\\\\.$|()\\[{^?*+]|\\\\[nt]"));
	}

	@Test
	void packageIsSmallEnoughToKeepInMind() {
		Map<String, Integer> sizes = new TreeMap<>();
		this.classes.stream()
			.filter((each) -> each.isTopLevelClass() && !each.getSimpleName().equals("package-info"))
			.forEach((each) -> sizes.merge(each.getPackageName(), 1, Integer::sum));
		assertThat(sizes).hasSizeGreaterThan(15);
		sizes.values().removeIf((size) -> size <= MAX_CLASSES);
		assertThat(sizes).isEmpty();
	}

	@Test
	void fileIsShortEnoughToRead() throws IOException {
		List<String> longer = new ArrayList<>();
		List<Path> sources = sources();
		for (Path file : sources) {
			int lines = Files.readAllLines(file).size();
			if (lines > MAX_LINES) {
				longer.add(file + ": " + lines);
			}
		}
		assertThat(sources).hasSizeGreaterThan(300);
		assertThat(longer).isEmpty();
	}

	@Test
	void textOfTheRepositoryIsShortEnoughToReview() throws IOException {
		List<String> longer = new ArrayList<>();
		List<Path> files = TrackedFiles.list();
		for (Path file : files) {
			String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
			long lines = text.lines().count();
			// what has a zero byte is no text
			if (lines > MAX_LINES_OF_TEXT && text.indexOf(0) < 0) {
				longer.add(file + ": " + lines);
			}
		}
		assertThat(files).hasSizeGreaterThan(300);
		assertThat(longer).isEmpty();
	}

	@Test
	void applicationSideDoesNotDependOnHelper() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideOutsideOfPackages(HELPER)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(HELPER)
			.check(this.classes);
	}

	@Test
	void helperDependsOnCoreAndSlf4jOnly() {
		ArchRuleDefinition.classes()
			.that()
			.resideInAnyPackage(HELPER)
			.and()
			.haveNameNotMatching("io\\.privsep\\.helper\\.validation\\..*")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(
					concat(CORE, "io.privsep.helper..", "java..", "jdk.net..", "org.slf4j..", "org.jspecify.."))
			.check(this.classes);
	}

	// The one class that is loaded only where there are constraints.
	@Test
	void validationInTheHelperDependsOnTheStandardAndNoProvider() {
		ArchRuleDefinition.classes()
			.that()
			.haveNameMatching("io\\.privsep\\.helper\\.validation\\..*")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(concat(CORE, "io.privsep.helper..", "java..", "jakarta.validation..", "org.jspecify.."))
			.check(this.classes);
	}

	// So nobody waits longer or shorter because the system's clock was set. What is shown
	// to people, and the age of files, is by that clock.
	@Test
	void timeIsTakenFromTheMonotonicClock() {
		ArchRuleDefinition.noClasses().should().callMethod(System.class, "currentTimeMillis").check(this.classes);
		ArchRuleDefinition.noClasses()
			.that()
			.doNotHaveFullyQualifiedName("io.privsep.channel.PoolHistory")
			.should()
			.callMethod(Instant.class, "now")
			.check(this.classes);
	}

	@Test
	void coreDependsOnNobody() {
		ArchRuleDefinition.classes()
			.that()
			.resideInAnyPackage(CORE)
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(concat(CORE, "java..", "org.jspecify.."))
			.check(this.classes);
	}

	@Test
	void clientDoesNotDependOnSpring() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideInAnyPackage(CLIENT)
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework..")
			.check(this.classes);
	}

	@Test
	void onlyOnePackageCallsTheCLibrary() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideOutsideOfPackage("io.privsep.linux..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("com.kenai.jffi..", "java.lang.foreign..")
			.check(this.classes);
	}

	@Test
	void onlyTheInstallationUsesJackson() {
		ArchRuleDefinition.noClasses()
			.that()
			.resideOutsideOfPackage("io.privsep.install..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
			.check(this.classes);
	}

	private static List<Path> sources() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of(".."))) {
			return files.filter((each) -> each.toString().matches(".*/src/main/java(\\d+)?/.*"))
				.filter((each) -> each.toString().endsWith(".java"))
				.toList();
		}
	}

	private static String[] concat(String[] packages, String... more) {
		String[] all = Arrays.copyOf(packages, packages.length + more.length);
		System.arraycopy(more, 0, all, packages.length, more.length);
		return all;
	}

}
