package io.privsep.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Helpers start where directories for temporary files are as containers and build servers
 * have them, or the failure names the property to set. Each application has mounts of its
 * own.
 */
@EnabledOnOs(OS.LINUX)
class TemporaryDirectoryIntegrationTests {

	private static final List<String> PLACES = List.of("/tmp", "/var/tmp", "/dev/shm", "/run");

	private static final String STARTED = "exit code 3";

	@TempDir
	private Path directory;

	@BeforeEach
	void requireRoot() {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can mount");
	}

	@Test
	void directoryWhoseNameIsTooLongForASocketIsUsed() throws Exception {
		Path deep = Files.createDirectories(this.directory.resolve("x".repeat(120)).resolve("y".repeat(120)));
		assertThat(run("", "-Djava.io.tmpdir=" + deep)).containsExactly(STARTED);
		assertThat(deep).isEmptyDirectory();
	}

	@Test
	void anotherPlaceIsUsedWhereOneIsMissing() throws Exception {
		assertThat(run("", "-Djava.io.tmpdir=/no/such/directory")).contains(STARTED);
	}

	@Test
	void anotherPlaceIsUsedWhereOneCannotBeWritten() throws Exception {
		assertThat(run(mount("ro", PLACES.subList(0, 2)))).containsExactly(STARTED);
	}

	@Test
	void anotherPlaceIsUsedWhereNothingCanBeRunFromOne() throws Exception {
		assertThat(run(mount("noexec", PLACES.subList(0, 3)) + mount("exec", List.of("/run"))))
			.containsExactly(STARTED);
	}

	@Test
	void failureNamesThePropertyWhereNoPlaceCanBeWritten() throws Exception {
		assertThat(String.join("\n", run(mount("ro", PLACES), "-Djffi.extract.dir=" + this.directory))).contains(
				"TemporaryDirectoryException: there is no directory for the connection of a helper: '/tmp' (Read-only file system)")
			.contains("'/run' (Read-only file system)");
	}

	// The other way to call the C library unpacks nothing.
	@Test
	void failureNamesEachPlaceWhereNothingCanBeRun() throws Exception {
		assertThat(String.join("\n", run(mount("noexec", PLACES))))
			.contains("the native library of jffi can be unpacked nowhere: '/tmp' (nothing can be run from it: noexec)")
			.contains("'/run' (nothing can be run from it: noexec)");
	}

	private static String mount(String options, List<String> places) {
		StringBuilder commands = new StringBuilder();
		places.forEach((place) -> commands.append("mount -t tmpfs -o ")
			.append(options)
			.append(" tmpfs ")
			.append(place)
			.append(" && "));
		return commands.toString();
	}

	private static List<String> run(String mounts, String... options) throws Exception {
		List<String> words = new ArrayList<>(
				List.of("/usr/bin/unshare", "-m", "/bin/sh", "-c", mounts + "exec \"$@\"", "sh"));
		words.add(ProcessHandle.current().info().command().orElseThrow());
		words.addAll(List.of(options));
		words.addAll(List.of("-XX:-UsePerfData", "-cp", System.getProperty("java.class.path"),
				TemporaryDirectoryApplication.class.getName()));
		Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
		return process.inputReader()
			.lines()
			.filter((line) -> !line.isEmpty() && !line.startsWith("WARNING: "))
			.toList();
	}

}
