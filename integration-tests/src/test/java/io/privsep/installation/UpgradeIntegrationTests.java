package io.privsep.installation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.privsep.demo.InstalledDemo;
import io.privsep.demo.InstalledDemo.Result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Installations after the first one.
 */
@Tag("once")
final class UpgradeIntegrationTests {

	@BeforeEach
	void requireRoot() {
		// for each test: what is skipped before all of them is in no report
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can install helpers");
	}

	@Test
	void upgradeNamesNothingThatIsInstalled() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null)) {
			Result first = demo.command("install", List.of(), demo.arguments());
			assertThat(first.exitCode()).isEqualTo(64);
			assertThat(first.err()).contains("'--app-user' is missing");
			assertThat(demo.prefix()).doesNotExist();
			demo.install("--launcher", "command", "--context", "motd").requireSuccess();
			Path arguments = demo.release().resolve("arguments.json");
			assertThat(arguments).content().contains("--privsep.contexts.motd.settings.file=" + demo.motd());
			assertThat(Files.getPosixFilePermissions(arguments))
				.isEqualTo(PosixFilePermissions.fromString("rw-------"));
			demo.makeAnotherBuild();
			assertThat(demo.command("install", List.of(), demo.arguments()).requireSuccess().out())
				.contains("for user '" + demo.user() + "', launcher command");
			assertThat(demo.base().resolve("current/bin")).isDirectoryContaining("glob:**/motd")
				.isDirectoryNotContaining("glob:**/ports");
			demo.verify().requireSuccess();
		}
	}

}
