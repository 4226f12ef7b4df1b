package io.privsep.installation;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.privsep.demo.RunningDemo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What helpers see of the application's files, and what others see of their mounts.
 */
@Tag("once")
final class NamespacesIntegrationTests {

	@Test
	void mountsOfAHelperAreEverybodysWithEachLauncher() throws Exception {
		try (SystemdMachine machine = new SystemdMachine()) {
			List<String> expected = new ArrayList<>();
			for (String launcher : List.of("sudo", "command", "systemd", "direct")) {
				expected.addAll(List.of("launcher " + launcher, "plain sees /tmp: " + !launcher.equals("systemd"),
						"mounter sees /tmp: true", "mount: 0", "mount seen: true", "network: 0", "network seen: true"));
			}
			assertThat(machine.run("namespaces.sh", List.of(RunningDemo.java(), machine.copyOfClassPath())))
				.containsExactlyElementsOf(expected);
		}
	}

}
