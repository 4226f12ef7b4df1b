package io.privsep.installation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.privsep.demo.RunningDemo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of launcher {@code systemd} with a systemd that has booted in a container.
 */
@Tag("once")
final class SystemdIntegrationTests {

	@Test
	void systemdStartsInstalledHelpersWithTheirRights() throws Exception {
		List<String> words = new ArrayList<>(List.of(RunningDemo.java(),
				"--privsep.contexts.motd.settings.file=/srv/privsep-demo/motd", "--privsep.contexts.nobody.tmp=16MB"));
		for (String context : List.of("documents", "motd", "nobody", "ports")) {
			words.add("--privsep.contexts." + context + ".user=privsep-" + context);
			words.add("--privsep.contexts." + context + ".group=privsep-" + context);
		}
		List<String> output;
		try (SystemdMachine machine = new SystemdMachine()) {
			Files.copy(Path.of(System.getProperty("demo.jar")), machine.directory().resolve("app.jar"));
			output = machine.run("systemd.sh", words);
		}
		assertThat(output).containsExactly("failed 73, left: 0 0 0", "socket documents active", "socket motd active",
				"socket nobody active", "socket ports active",
				"helper documents privsep-documents 0 0 1  " + ((64 + 64 + 64 + 8 + 128) << 20),
				"helper motd privsep-motd 2 2 1  infinity", "helper nobody privsep-nobody 0 0 1  infinity",
				"helper ports privsep-ports 400 400 1  infinity", "tmp 700 privsep-nobody 16384k", "motd after",
				"document: /etc/passwd (No such file or directory), next: 3 × tea", "socket open to privsep-app",
				"journal", "helpers at the end: 0", "units at the end: 0");
	}

}
