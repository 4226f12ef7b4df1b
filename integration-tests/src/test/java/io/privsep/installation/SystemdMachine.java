package io.privsep.installation;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A systemd that boots in a container, whose files are this machine's.
 */
final class SystemdMachine implements AutoCloseable {

	private static final int SECONDS = 600;

	private final Path directory = Path.of("/var/lib/privsep-it-" + UUID.randomUUID());

	/**
	 * Makes the directory that it shares with the test.
	 * @throws IOException if that cannot be made
	 */
	SystemdMachine() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")),
				"SKIPPED: only root can boot systemd in a container; run the build as root");
		for (String program : List.of("/usr/bin/systemd-nspawn", "/lib/systemd/systemd")) {
			assumeTrue(Files.isExecutable(Path.of(program)),
					"SKIPPED: '" + program + "' is missing; apt-get install systemd systemd-container");
		}
		Files.createDirectories(this.directory.resolve("units"));
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	/**
	 * Where files of the test are.
	 * @return the directory, which is {@code /machine} in there
	 */
	Path directory() {
		return this.directory;
	}

	/**
	 * Boots, runs a script as root, and ends with it.
	 * @param script name of the script, a resource
	 * @param words its arguments
	 * @param unit lines of its unit's first section
	 * @return the lines of its output
	 * @throws Exception if it does not end
	 */
	List<String> run(String script, List<String> words, String... unit) throws Exception {
		try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(script))) {
			Files.copy(in, this.directory.resolve(script));
		}
		List<String> all = new ArrayList<>(List.of("/bin/bash", "/machine/" + script));
		all.addAll(words);
		Files.writeString(this.directory.resolve("units/privsep-machine.service"), """
				[Unit]
				%s
				[Service]
				Type=oneshot
				TimeoutStartSec=%d
				StandardOutput=file:/machine/output
				StandardError=file:/machine/errors
				ExecStart=%s
				""".formatted(String.join("\n", unit), SECONDS - 60,
				all.stream().map((word) -> '"' + word + '"').collect(Collectors.joining(" "))));
		Path console = this.directory.resolve("console");
		Process machine = new ProcessBuilder("../config/machine.sh", this.directory.toString())
			.redirectErrorStream(true)
			.redirectOutput(console.toFile())
			.start();
		try {
			assertThat(machine.waitFor(SECONDS, TimeUnit.SECONDS)).as("the machine ends").isTrue();
		}
		finally {
			machine.descendants().forEach(ProcessHandle::destroyForcibly);
			machine.destroyForcibly();
			for (String file : List.of("console", "errors", "application")) {
				if (Files.exists(this.directory.resolve(file))) {
					System.out.println(Files.readString(this.directory.resolve(file)));
				}
			}
		}
		return Files.readAllLines(this.directory.resolve("output"));
	}

	/**
	 * Copies what this runs from to where it can be seen in there.
	 * @return the class path in there
	 * @throws IOException if it cannot be copied
	 * @throws InterruptedException if this is interrupted meanwhile
	 */
	String copyOfClassPath() throws IOException, InterruptedException {
		List<String> entries = new ArrayList<>();
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
			if (Files.exists(Path.of(entry))) {
				Path copy = Path.of("code", entries.size() + "-" + Path.of(entry).getFileName());
				Files.createDirectories(this.directory.resolve("code"));
				FileSystemUtils.copyRecursively(Path.of(entry), this.directory.resolve(copy));
				entries.add("/machine/" + copy);
			}
		}
		// a build with another umask makes files that the application's user cannot read
		Process chmod = new ProcessBuilder("chmod", "-R", "a+rX", this.directory.resolve("code").toString()).inheritIO()
			.start();
		assertThat(chmod.waitFor()).isZero();
		return String.join(File.pathSeparator, entries);
	}

	@Override
	public void close() throws IOException {
		FileSystemUtils.deleteRecursively(this.directory);
	}

}
