package io.privsep.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * An executable jar of an ordinary user.
 */
final class UnpackedJarIntegrationTests {

	@Test
	void copyForHelpersIsThatUsersAloneAndIsGoneAtTheEnd() throws Exception {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can become another user");
		try (RunningDemo demo = RunningDemo.startUnprivileged()) {
			List<Path> copies = demo.left()
				.stream()
				.filter((path) -> path.getFileName().toString().startsWith("privsep-jar-"))
				.toList();
			assertThat(copies).hasSize(1);
			assertThat(Files.getAttribute(copies.get(0), "unix:uid")).isEqualTo(RunningDemo.USER);
			for (long pid : DemoIntegrationTests.helpers(demo).values()) {
				assertThat(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")))
					.contains("\0-cp\0" + copies.get(0) + "/app.jar\0");
			}
			demo.stop();
			assertThat(demo.left()).isEmpty();
		}
	}

	// Spring Boot logs there before there is a helper, and would begin the application's
	// logging system.
	@Test
	void helperFromTheJarItselfHasItsOwnLoggingAlone() throws Exception {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can become another user");
		try (RunningDemo demo = RunningDemo.startUnprivilegedFromJar()) {
			assertThat(demo.log()).contains("Helpers start slower than they could");
			for (long pid : DemoIntegrationTests.helpers(demo).values()) {
				assertThat(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")))
					.contains("\0-Djarmode=privsep\0-jar\0");
			}
			Files.setAttribute(demo.motd(), "unix:uid", RunningDemo.USER);
			assertThat(demo.put("/api/motd", "after").statusCode()).isEqualTo(204);
			Awaitility.await().until(() -> demo.log().contains("Replaced '" + demo.motd() + "'"));
		}
	}

}
