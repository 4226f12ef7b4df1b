package io.privsep.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The native library is loaded from a place that nobody else can write to, by an
 * application that is a process of its own, as each process loads it once.
 */
@EnabledOnOs(OS.LINUX)
class JffiLibraryTests {

	@TempDir
	Path directory;

	@Test
	void libraryLiesInAFreshDirectoryAlsoWhereTheUmaskIsZero() throws Exception {
		List<String> lines = run("loaded", "-Djava.io.tmpdir=" + this.directory);
		assertLoadedFromFreshDirectory(lines.get(0));
		assertThat(lines.subList(1, lines.size())).containsExactly("jffi.extract.dir null");
	}

	@Test
	void libraryLiesBelowTheDirectoryThatTheUserHasChosen() throws Exception {
		List<String> lines = run("loaded", "-Djffi.extract.dir=" + this.directory);
		assertLoadedFromFreshDirectory(lines.get(0));
		assertThat(lines.subList(1, lines.size())).containsExactly("jffi.extract.dir " + this.directory);
	}

	// Each new directory would be 0755 where the umask is 022, as that of this test may
	// be.
	@Test
	void nobodyElseCanEnterTheDirectory() throws IOException {
		assumeTrue(Files.getPosixFilePermissions(Files.createDirectory(this.directory.resolve("ordinary"))).size() > 3,
				"SKIPPED: the umask lets nobody else enter any directory");
		Path library = TemporaryDirectory.makeForCode(this.directory.toString());
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(library))).isEqualTo("rwx------");
	}

	@Test
	void libraryIsLoadedAlsoByAThreadThatIsInterrupted() throws Exception {
		assertThat(run("interrupted", "-Djava.io.tmpdir=" + this.directory)).hasSize(2);
	}

	private void assertLoadedFromFreshDirectory(String path) throws IOException {
		assertThat(path).matches(this.directory + "/privsep-[0-9]+/jffi[0-9]+\\.so( .*)?");
		try (Stream<Path> left = Files.list(this.directory)) {
			assertThat(left).isEmpty();
		}
	}

	private static List<String> run(String what, String option) throws Exception {
		List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", "umask 0; exec \"$@\"", "sh"));
		words.addAll(List.of(ProcessHandle.current().info().command().orElseThrow(), option, "-cp",
				System.getProperty("java.class.path"), JffiLibraryApplication.class.getName(), what));
		Process process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		List<String> lines = process.inputReader().lines().toList();
		assertThat(process.waitFor()).isZero();
		return lines;
	}

}
