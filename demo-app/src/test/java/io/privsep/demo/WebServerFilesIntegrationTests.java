package io.privsep.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.demo.RunningDemo.Layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What the web server makes as root, before the application drops it.
 */
final class WebServerFilesIntegrationTests {

	@BeforeEach
	void needRoot() {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can be dropped");
	}

	@Test
	void whatTheWebServerHasMadeIsTheUsersAfterTheDropAndIsGoneAtTheEnd() throws Exception {
		try (RunningDemo demo = start("server.tomcat.accesslog.enabled=true")) {
			Path temporary = demo.directory().resolve("tmp");
			assertThat(demo.upload().statusCode()).isEqualTo(415);
			assertThat(paths(temporary)).anyMatch((path) -> path.toString().contains("/logs/access_log"))
				.anyMatch((path) -> path.getFileName().toString().startsWith("tomcat-docbase."))
				.anyMatch((path) -> path.endsWith("work/Tomcat/localhost/ROOT"))
				.allSatisfy((path) -> assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(RunningDemo.USER))
				.allSatisfy((path) -> assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(RunningDemo.USER));
			assertThat(warnings(demo)).isEmpty();
			demo.stop();
			assertThat(demo.left()).isEmpty();
		}
	}

	@Test
	@Tag("full")
	void configuredDirectoryStaysRootsAndAWarningNamesTheOneForUploads() throws Exception {
		Path directory = Files.createDirectory(Path.of("/var/lib/privsep-it-base-" + UUID.randomUUID()));
		try (RunningDemo demo = start("server.tomcat.basedir=" + directory)) {
			assertThat(demo.upload().statusCode()).isEqualTo(500);
			assertThat(paths(directory))
				.allSatisfy((path) -> assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(0));
			assertThat(warnings(demo)).singleElement()
				.asString()
				.contains(
						"Uploads will fail, as user " + RunningDemo.USER + " may not write to '" + directory + "/work/",
						"'spring.servlet.multipart.location'");
		}
		finally {
			delete(directory);
		}
	}

	// The next root would work in it again.
	@Test
	@Tag("full")
	void configuredDirectoryStaysRootsAlsoAmongTheTemporaryOnes() throws Exception {
		try (RunningDemo demo = start("server.tomcat.basedir=${java.io.tmpdir}/tomcat.app")) {
			assertThat(demo.upload().statusCode()).isEqualTo(500);
			assertThat(warnings(demo)).singleElement().asString().contains("/tomcat.app/work/");
		}
	}

	@Test
	@Tag("full")
	void configuredDirectoryIsNoProblemWhereUploadsHaveOneOfTheUsers(@TempDir Path uploads) throws Exception {
		Path directory = Files.createDirectory(Path.of("/var/lib/privsep-it-base-" + UUID.randomUUID()));
		Files.setAttribute(uploads, "unix:uid", RunningDemo.USER);
		try (RunningDemo demo = start("server.tomcat.basedir=" + directory,
				"spring.servlet.multipart.location=" + uploads)) {
			assertThat(demo.upload().statusCode()).isEqualTo(415);
			assertThat(warnings(demo)).isEmpty();
		}
		finally {
			delete(directory);
		}
	}

	@Test
	@Tag("full")
	void filesOfTheUserThatRootOpensAtTheNextStartAreWarnedOf() throws Exception {
		Path directory = Files.createDirectory(Path.of("/var/lib/privsep-it-base-" + UUID.randomUUID()));
		try (RunningDemo demo = start("logging.file.name=" + directory.resolve("app.log"),
				"server.tomcat.accesslog.enabled=true", "server.tomcat.accesslog.directory=" + directory,
				"server.servlet.session.persistent=true", "server.servlet.session.store-dir=" + directory)) {
			assertThat(warnings(demo)).hasSize(3)
				.anyMatch((line) -> line.contains("root opens '" + directory.resolve("app.log") + "'"))
				.anyMatch((line) -> line.contains("root opens '" + directory + "'"))
				.anyMatch((line) -> line.contains("'server.servlet.session.persistent'"));
		}
		finally {
			delete(directory);
		}
	}

	private static RunningDemo start(String... properties) throws Exception {
		return RunningDemo.start(Layout.EXTRACTED, Stream.of(properties).map((each) -> "--" + each).toList());
	}

	private static List<String> warnings(RunningDemo demo) throws IOException {
		return demo.log().lines().filter((line) -> line.contains(" WARN ") && line.contains("WebServerFiles")).toList();
	}

	private static List<Path> paths(Path directory) throws IOException {
		try (Stream<Path> paths = Files.walk(directory)) {
			return paths.filter((path) -> !path.equals(directory)).toList();
		}
	}

	private static void delete(Path directory) throws IOException {
		for (Path path : paths(directory).stream().sorted((one, other) -> other.compareTo(one)).toList()) {
			Files.delete(path);
		}
		Files.delete(directory);
	}

}
