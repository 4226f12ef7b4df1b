package io.privsep.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.util.FileSystemUtils;

import io.privsep.demo.FreePort;
import io.privsep.demo.InstalledDemo;
import io.privsep.demo.Page;
import io.privsep.demo.Page.Gradle;
import io.privsep.demo.Page.Paste;
import io.privsep.demo.PageReader;
import io.privsep.demo.RunningDemo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Follows {@code docs/getting-started.md} to the letter: from the project that
 * start.spring.io generates, every command and every block of the page in order, and
 * nothing else.
 */
@Tag("once")
@ExtendWith(InstallsForSudo.class)
class GettingStartedIntegrationTests {

	private static final Path PAGE = Path.of("../docs/getting-started.md");

	private static final Path GENERATED = Path.of("src/test/resources/io/privsep/installation/generated");

	/** What the commands of the page make, and what it may not find. */
	private static final Path INSTALLED = Path.of("/usr/lib/privsep/app");

	private static final Path COPY = Path.of("/opt/privsep-app");

	private static final List<String> USERS = List.of("privsep-app", "privsep-app-ports");

	private static boolean mayRemove;

	private static Path home;

	private static int port;

	@BeforeAll
	static void requireNothingInTheWay() throws Exception {
		assertThat(List.of(INSTALLED, COPY)).noneMatch(Files::exists);
		for (String user : USERS) {
			assertThat(InstalledDemo.run(List.of("id", user)).exitCode()).as("user '" + user + "' exists").isNotZero();
		}
		mayRemove = true;
		home = Files.createTempDirectory("privsep-page-");
	}

	@AfterAll
	static void remove() throws Exception {
		if (!mayRemove) {
			return;
		}
		if (Files.exists(INSTALLED)) {
			InstalledDemo.run(List.of(RunningDemo.java(), "-Djarmode=privsep", "-jar",
					COPY.resolve("app.jar").toString(), "uninstall", "--application", "app"));
		}
		for (String user : USERS) {
			InstalledDemo.run(List.of("userdel", user));
			// what a JVM makes for its user
			FileSystemUtils.deleteRecursively(Path.of("/tmp/hsperfdata_" + user));
		}
		FileSystemUtils.deleteRecursively(COPY);
		FileSystemUtils.deleteRecursively(home);
		for (Path file : filesOfTomcat()) {
			FileSystemUtils.deleteRecursively(file);
		}
	}

	@Test
	void pageCanBeFollowedToTheLetter() throws Exception {
		port = FreePort.next();
		Path project = home.resolve("app");
		copy(GENERATED, project, (directory) -> true);
		Path properties = project.resolve("src/main/resources/application.properties");
		Files.writeString(properties, Files.readString(properties) + "server.port=" + port + "\n");
		Path clone = home.resolve("privsep");
		copy(Path.of("..").toRealPath(), clone,
				(directory) -> !List.of("target", ".git").contains(directory.getFileName().toString()));
		Path repository = repository();
		try (PageReader reader = new PageReader(home, project, clone, "-Dmaven.repo.local=" + repository, port)) {
			reader.follow(Page.read(PAGE));
			// what would be said of native access, and of functions and capabilities that
			// are too broad
			assertThat(reader.said()).doesNotContain("restricted method", "has rights, and", "as good as root");
		}
		assertThat(repository.resolve("io/privsep/privsep-core/0.1.0-SNAPSHOT"))
			.isDirectoryContaining("glob:**-sources.jar");
		assertThat(filesOfTomcat()).isEmpty();
		assertThat(List.of(INSTALLED, COPY, Path.of("/etc/sudoers.d/privsep-app"))).noneMatch(Files::exists);
		for (String user : USERS) {
			assertThat(InstalledDemo.run(List.of("id", user)).exitCode()).as("user '" + user + "' is left").isNotZero();
		}
	}

	@Test
	void gradleAddsWhatMavenAdds() throws IOException {
		Page page = Page.read(PAGE);
		String maven = page.steps()
			.stream()
			.filter((step) -> step instanceof Paste paste && paste.file().equals("pom.xml"))
			.map((step) -> ((Paste) step).block())
			.collect(Collectors.joining());
		String gradle = page.steps()
			.stream()
			.filter(Gradle.class::isInstance)
			.map((step) -> ((Gradle) step).block())
			.collect(Collectors.joining());
		List<String> coordinates = all(
				"<groupId>(io\\.privsep)</groupId>\\s*<artifactId>(.*)</artifactId>\\s*<version>(.*)</version>", maven);
		assertThat(coordinates).hasSize(2).isEqualTo(all("'(io\\.privsep):([\\w-]+):([^']+)'", gradle));
		assertThat(all("<(Enable-Native-Access)>(.*)</", maven)).hasSize(1)
			.isEqualTo(all("'(Enable-Native-Access)': '(.*)'", gradle));
		assertThat(all("<(?:argLine|spring-boot.run.jvmArguments)>(.*)</", maven)).hasSize(2)
			.isEqualTo(all("jvmArgs '(.*)'", gradle));
	}

	private static List<String> all(String pattern, String text) {
		return Pattern.compile(pattern).matcher(text).results().map(GettingStartedIntegrationTests::groups).toList();
	}

	private static String groups(MatchResult result) {
		StringBuilder groups = new StringBuilder();
		for (int i = 1; i <= result.groupCount(); i++) {
			groups.append(result.group(i)).append(' ');
		}
		return groups.toString();
	}

	// All that Maven has here already, but nothing of this project.
	private static Path repository() throws IOException {
		Path repository = Files.createDirectories(home.resolve("repository/io")).getParent();
		Path known = Path
			.of(System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository"));
		link(known, repository, "io");
		link(known.resolve("io"), repository.resolve("io"), "privsep");
		return repository;
	}

	private static void link(Path from, Path to, String but) throws IOException {
		try (Stream<Path> files = Files.list(from)) {
			for (Path file : files.filter((each) -> !each.getFileName().toString().equals(but)).toList()) {
				Files.createSymbolicLink(to.resolve(file.getFileName()), file);
			}
		}
	}

	private static void copy(Path from, Path to, Predicate<Path> wanted) throws IOException {
		Files.createDirectory(to);
		try (Stream<Path> files = Files.list(from)) {
			for (Path file : files.toList()) {
				Path target = to.resolve(file.getFileName());
				if (!Files.isDirectory(file)) {
					Files.copy(file, target);
				}
				else if (wanted.test(file)) {
					copy(file, target, wanted);
				}
			}
		}
	}

	private static List<Path> filesOfTomcat() throws IOException {
		try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
			return files.filter((file) -> file.getFileName().toString().matches("tomcat.*\\." + port + "\\..*"))
				.toList();
		}
	}

}
