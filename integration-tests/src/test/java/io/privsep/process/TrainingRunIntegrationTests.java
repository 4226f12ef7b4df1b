package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.demo.RunningDemo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Runs of the demo that end before it is used: as an ordinary user, who could start none
 * of its helpers. What they make is then used by a run with helpers.
 */
@Tag("full")
class TrainingRunIntegrationTests {

	private static final Path MAIN = Path.of("privsep-application", "demo.jar");

	@TempDir
	private static Path directory;

	private static Path jar;

	private static Path made;

	@BeforeAll
	static void extract() throws Exception {
		if (ProcFiles.uid() != 0) {
			return;
		}
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		jar = RunningDemo.Layout.EXTRACTED.copy(Path.of(System.getProperty("demo.jar")),
				directory.resolve(MAIN.getName(0)));
		made = Files.createDirectory(directory.resolve("made"));
		Files.setAttribute(made, "unix:uid", DemoProcess.USER);
	}

	@BeforeEach
	void requireRoot() throws IOException {
		// for each test: what is skipped before all of them is in no report
		assumeTrue(ProcFiles.uid() == 0,
				"SKIPPED: only root can start the demo as another user; run the build as root");
	}

	@Test
	void archiveIsMadeWithoutHelpersAndUsedWithThem() throws Exception {
		boolean isCache = Runtime.version().feature() >= 25;
		Path archive = made.resolve("archive");
		train(List.of((isCache ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive,
				"-Dspring.context.exit=onRefresh", "-jar", jar.toString()));
		assertThat(archive).isNotEmptyFile();
		Path loaded = made.resolve("loaded");
		DemoProcess
			.startWithHelpers(directory, List.of((isCache ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive,
					"-Xlog:class+load:file=" + loaded, "-jar", jar.toString()))
			.close();
		try (Stream<String> lines = Files.lines(loaded)) {
			assertThat(lines.filter((line) -> line.contains("io.privsep.") && line.contains("shared objects file")))
				.isNotEmpty();
		}
	}

	@Test
	void applicationIsProcessedAheadOfTimeWithoutHelpersAndRunsWithThem() throws Exception {
		List<String> paths = Stream.of("sources", "resources", "classes")
			.map((name) -> made.resolve("aot").resolve(name).toString())
			.toList();
		List<String> words = new ArrayList<>(List.of("-cp", jar.toString(),
				"org.springframework.boot.SpringApplicationAotProcessor", "io.privsep.demo.DemoApplication"));
		words.addAll(paths);
		words.addAll(List.of("io.privsep", "demo"));
		train(words);
		compile(Path.of(paths.get(0)), Path.of(paths.get(2)));
		DemoProcess
			.startWithHelpers(directory, List.of("-Dspring.aot.enabled=true", "-cp",
					paths.get(2) + ":" + paths.get(1) + ":" + jar, "io.privsep.demo.DemoApplication"))
			.close();
	}

	private static void train(List<String> words) throws Exception {
		try (DemoProcess demo = DemoProcess.start(directory, words)) {
			assertThat(demo.await()).as(demo.text()).isZero();
			assertThat(demo.text()).doesNotContain("Helper").doesNotContain("launcher");
		}
	}

	private static void compile(Path sources, Path classes) throws IOException {
		List<String> words = new ArrayList<>(
				List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", classes + ":" + jar));
		try (Stream<Path> files = Files.walk(sources)) {
			files.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(words::add);
		}
		assertThat(words).hasSizeGreaterThan(6);
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, words.toArray(String[]::new))).isZero();
	}

}
