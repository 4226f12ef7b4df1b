package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.demo.RunningDemo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The forms that an application may have when it is started: where its helpers find the
 * code.
 */
@Tag("once")
class ApplicationFormsIntegrationTests {

	private static final int USER = 61392;

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	private static final String MAIN = "io.privsep.demo.DemoApplication";

	@TempDir
	private static Path directory;

	private static Path jar;

	@BeforeAll
	static void extract() throws Exception {
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		jar = RunningDemo.Layout.EXTRACTED.copy(demo(), directory.resolve("extracted"));
	}

	@Test
	void explodedJarWithBootsLauncherRunsItsHelpers() throws Exception {
		Path exploded = Files.createDirectory(directory.resolve("exploded"));
		try (ZipFile zip = new ZipFile(demo().toFile())) {
			for (ZipEntry entry : zip.stream().toList()) {
				Path target = exploded.resolve(entry.getName());
				if (entry.isDirectory()) {
					Files.createDirectories(target);
				}
				else {
					Files.createDirectories(target.getParent());
					Files.copy(zip.getInputStream(entry), target);
				}
			}
		}
		DemoProcess
			.startWithHelpers(directory,
					List.of("-cp", exploded.toString(), "org.springframework.boot.loader.launch.JarLauncher"))
			.close();
	}

	@Test
	void modulePathRunsItsHelpers() throws Exception {
		try (RunningApplication application = RunningApplication.startWithModules(code, USER)) {
			application.await("ready");
		}
	}

	@Test
	void classLoaderOfAWebServerRunsItsHelpers() throws Exception {
		DemoProcess
			.startWithHelpers(directory,
					List.of("-cp", loader(), ForeignLoader.class.getName(), "known", classPath(), MAIN))
			.close();
	}

	@Test
	void warInTomcatRunsItsHelpers() throws Exception {
		try (TomcatServer tomcat = TomcatServer.start(directory, demo())) {
			assertThat(tomcat.text()).contains("Started helpers [documents, motd, nobody, ports] ");
			assertThat(tomcat.post("/api/parse", "item=tea\nquantity=3"))
				.isEqualTo("{\"item\":\"tea\",\"quantity\":3}");
			// in a sandbox, to which its code has to be brought
			assertThat(tomcat.post("/api/tools/honest", "")).contains("Tea comes in boxes of 20.");
		}
	}

	@Test
	void classLoaderThatDoesNotTellFailsTheStartInASentence() throws Exception {
		try (DemoProcess demo = DemoProcess.start(directory, List.of("-cp", loader(), ForeignLoader.class.getName(),
				"unknown", classPath(), MAIN, "--server.port=0", "--privsep.mode=unprivileged"))) {
			assertThat(demo.await()).isEqualTo(1);
			assertThat(demo.text()).contains("APPLICATION FAILED TO START")
				.contains("the application is loaded by 'a loader', which does not tell from where; run it as an"
						+ " executable jar or war ('java -jar'), have the web server unpack the war, or set"
						+ " 'privsep.mode=in-process'");
		}
	}

	@Test
	void lazyInitializationAndAPortForManagementChangeNothing() throws Exception {
		try (DemoProcess demo = DemoProcess.startWithHelpers(directory, List.of("-jar", jar.toString(),
				"--spring.main.lazy-initialization=true", "--management.server.port=0"))) {
			assertThat(demo.text().split("Tomcat started on port", -1)).hasSize(3);
			assertThat(demo.text().split("Started helpers ", -1)).hasSize(2);
		}
	}

	private static Path demo() {
		return Path.of(System.getProperty("demo.jar"));
	}

	private static String classPath() throws IOException {
		try (Stream<Path> libraries = Files.list(jar.resolveSibling("lib"))) {
			return jar + ":" + libraries.map(Path::toString).collect(Collectors.joining(":"));
		}
	}

	// It alone: what else lies beside it would be found by the other class loader, too.
	private static String loader() throws IOException {
		Path classes = directory.resolve("loader");
		Path source = Path.of("target", "test-classes");
		Path in = Path.of("io", "privsep", "process");
		Files.createDirectories(classes.resolve(in));
		for (String name : List.of("ForeignLoader.class", "ForeignLoader$UnknownLoader.class")) {
			Path target = classes.resolve(in).resolve(name);
			if (Files.notExists(target)) {
				Files.copy(source.resolve(in).resolve(name), target);
			}
		}
		return classes.toString();
	}

}
