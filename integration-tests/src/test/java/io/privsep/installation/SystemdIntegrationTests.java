package io.privsep.installation;

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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

import io.privsep.demo.RunningDemo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests of launcher {@code systemd} with a systemd that has booted in a container.
 */
@Tag("once")
final class SystemdIntegrationTests {

	private static final int SECONDS = 600;

	private final Path directory = Path.of("/var/lib/privsep-it-" + UUID.randomUUID());

	@BeforeEach
	void makeDirectory() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")),
				"SKIPPED: only root can boot systemd in a container; run the build as root");
		for (String program : List.of("/usr/bin/systemd-nspawn", "/lib/systemd/systemd")) {
			assumeTrue(Files.isExecutable(Path.of(program)),
					"SKIPPED: '" + program + "' is missing; apt-get install systemd systemd-container");
		}
		Files.createDirectories(this.directory.resolve("units"));
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	@AfterEach
	void deleteDirectory() throws IOException {
		FileSystemUtils.deleteRecursively(this.directory);
	}

	@Test
	void systemdStartsInstalledHelpersWithTheirRights() throws Exception {
		List<String> words = new ArrayList<>(List.of("/bin/bash", "/machine/systemd.sh", RunningDemo.java(),
				"--privsep.contexts.motd.settings.file=/srv/privsep-demo/motd"));
		for (String context : List.of("documents", "motd", "nobody", "ports")) {
			words.add("--privsep.contexts." + context + ".user=privsep-" + context);
			words.add("--privsep.contexts." + context + ".group=privsep-" + context);
		}
		assertThat(run(words)).containsExactly("socket documents active", "socket motd active", "socket nobody active",
				"socket ports active", "helper documents privsep-documents 0 0 1  " + ((64 + 64 + 64 + 8 + 128) << 20),
				"helper motd privsep-motd 2 2 1  infinity", "helper nobody privsep-nobody 0 0 1  infinity",
				"helper ports privsep-ports 400 400 1  infinity", "motd after",
				"document: /etc/passwd (No such file or directory), next: 3 × tea", "socket open to privsep-app",
				"journal", "helpers at the end: 0", "units at the end: 0");
	}

	private List<String> run(List<String> words) throws Exception {
		Files.copy(Path.of(System.getProperty("demo.jar")), this.directory.resolve("app.jar"));
		try (InputStream script = Objects.requireNonNull(getClass().getResourceAsStream("systemd.sh"))) {
			Files.copy(script, this.directory.resolve("systemd.sh"));
		}
		Files.writeString(this.directory.resolve("units/privsep-machine.service"), """
				[Service]
				Type=oneshot
				TimeoutStartSec=%d
				StandardOutput=file:/machine/output
				StandardError=file:/machine/errors
				ExecStart=%s
				""".formatted(SECONDS - 60, String.join(" ", words)));
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
		}
		for (String file : List.of("console", "errors", "application")) {
			if (Files.exists(this.directory.resolve(file))) {
				System.out.println(Files.readString(this.directory.resolve(file)));
			}
		}
		return Files.readAllLines(this.directory.resolve("output"));
	}

}
