package io.privsep.install.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link RunningHelpers}.
 */
class RunningHelpersTests {

	private static final Path BASE = Path.of("/usr/lib/privsep/privsep-it-" + UUID.randomUUID());

	@Test
	void processOfAnotherUserWithTheWordsOfAHelperIsNone() throws IOException, InterruptedException {
		assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "SKIPPED: no shell here gives a program another name");
		Process process = new ProcessBuilder("/bin/bash", "-c",
				"exec -a /x/java /bin/bash -c 'echo; read x' " + BASE + "/releases/1/contexts/motd.properties")
			.start();
		try {
			process.inputReader().readLine();
			long own = Integer.toUnsignedLong((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
			String name = "motd (pid " + process.pid() + ")";
			assertThat(RunningHelpers.of(BASE, Set.of(own))).containsExactly(name);
			assertThat(RunningHelpers.of(BASE, Set.of())).containsExactly(name);
			assertThat(RunningHelpers.of(BASE, Set.of(own + 1))).isEmpty();
		}
		finally {
			process.destroyForcibly().waitFor();
		}
	}

}
