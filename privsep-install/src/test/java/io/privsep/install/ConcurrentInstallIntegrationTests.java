package io.privsep.install;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

import io.privsep.launch.InstalledPaths;
import io.privsep.linux.Accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Installations at once, by processes of their own.
 */
@Tag("once")
class ConcurrentInstallIntegrationTests {

	private final String name = "privsep-it-"
			+ HexFormat.of().toHexDigits((short) ThreadLocalRandom.current().nextInt());

	private final Path directory = Path.of("/var/lib", this.name);

	private final InstalledPaths small = new InstalledPaths(this.directory.resolve("small"), "small");

	private final InstalledPaths other = new InstalledPaths(this.directory.resolve("other"), "other");

	private final List<Process> processes = new ArrayList<>();

	@BeforeEach
	void makeDirectory() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can install helpers");
		assumeTrue(Files.isExecutable(Path.of("/usr/sbin/visudo")), "SKIPPED: sudo is not installed");
		Files.createDirectory(this.directory);
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	@AfterEach
	void removeAll() throws Exception {
		for (Process process : this.processes) {
			process.destroyForcibly().waitFor();
		}
		SystemUsers.removeUser(this.name);
		FileSystemUtils.deleteRecursively(this.directory);
	}

	@Test
	void installationsAtOnceWaitForEachOther() throws Exception {
		// all of them lack the same user
		List<Process> installs = Installations.alone(Installations.LOCK, (message) -> {
		}, () -> {
			List<Process> started = List.of(install(this.small), install(this.small), install(this.other));
			for (Process each : started) {
				awaitWaiting(each);
			}
			assertThat(Accounts.uid(this.name)).isEmpty();
			return started;
		});
		List<String> outputs = new ArrayList<>();
		for (Process each : installs) {
			outputs.add(end(each, 0));
		}
		assertThat(outputs.subList(0, 2)).satisfiesExactlyInAnyOrder(
				(output) -> assertThat(output).startsWith("Installed application 'small'"),
				(output) -> assertThat(output)
					.startsWith("Application 'small' is installed already; nothing has changed"));
		assertThat(outputs.get(2)).startsWith("Installed application 'other'");
		assertThat(outputs).filteredOn((output) -> output.contains("\n  user  " + this.name + "\n")).hasSize(1);
		assertThat(new Verifier(this.small).problems()).isEmpty();
		assertThat(new Verifier(this.other).problems()).isEmpty();
		assertThat(SystemFiles.children(this.small.base())).containsExactly(this.small.current(),
				this.small.base().resolve("releases"));
		Process late = Installations.alone(Installations.LOCK, (message) -> {
		}, () -> {
			Process started = install(this.small);
			awaitWaiting(started);
			Path record = this.small.current().resolve(InstallationRecord.FILE);
			Files.writeString(record,
					Files.readString(record).replace("\"launcher\" : \"sudo\"", "\"launcher\" : \"command\""));
			return started;
		});
		assertThat(end(late, InstallException.CANNOT_CREATE)).contains("has ended meanwhile")
			.contains("run this again");
	}

	private Process install(InstalledPaths paths) throws IOException {
		List<String> words = List.of(ProcessHandle.current().info().command().orElseThrow(), "-XX:-UsePerfData",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
				SmallApplication.classPath(), InstallCommand.class.getName(), "install", "--main-class",
				SmallApplication.class.getName(), "--app-user", "nobody", "--prefix", paths.prefix().toString(), "--",
				"--spring.application.name=" + paths.application(), "--privsep.contexts.first.user=" + this.name,
				"--privsep.contexts.first.capabilities=", "--privsep.contexts.second.user=" + this.name,
				"--privsep.contexts.second.capabilities=");
		Process process = new ProcessBuilder(words).directory(new File("/")).redirectErrorStream(true).start();
		this.processes.add(process);
		return process;
	}

	private static void awaitWaiting(Process process) throws IOException {
		String line = process.inputReader().readLine();
		while (!line.startsWith("privsep: Waiting for the end of another 'install'")) {
			System.out.println(line);
			line = process.inputReader().readLine();
		}
	}

	private static String end(Process process, int exitCode) throws Exception {
		try (BufferedReader reader = process.inputReader()) {
			String output = reader.lines().map((line) -> line + "\n").collect(Collectors.joining());
			assertThat(process.waitFor()).as(output).isEqualTo(exitCode);
			return output;
		}
	}

}
