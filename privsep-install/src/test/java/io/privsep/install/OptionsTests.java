package io.privsep.install;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.privsep.context.PrivsepProperties.LauncherType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Options}.
 */
class OptionsTests {

	private static final InstallationRecord RECORD = new InstallationRecord("app", "systemd", "app-user", 990, "/",
			"/usr/bin/java", "/app.jar", List.of("motd"), "/opt/jdk/bin/java", List.of(), List.of(), List.of(),
			List.of(), List.of());

	@Test
	void firstInstallationNeedsTheUser() {
		assertThatExceptionOfType(Options.UsageException.class)
			.isThrownBy(() -> Options.parse(List.of("install")).withInstalled(null, List.of()))
			.withMessageContaining("'--app-user' is missing");
		Options options = Options.parse(List.of("install", "--app-user", "app")).withInstalled(null, List.of());
		assertThat(options.launcher()).isEqualTo(LauncherType.SUDO);
		assertThat(options.contexts()).isEmpty();
		assertThat(options.applicationArguments()).isEmpty();
	}

	@Test
	void upgradeKeepsWhatIsNotNamed() {
		Options options = Options.parse(List.of("install")).withInstalled(RECORD, List.of("--a=b"));
		assertThat(options.appUser()).isEqualTo("app-user");
		assertThat(options.launcher()).isEqualTo(LauncherType.SYSTEMD);
		assertThat(options.contexts()).containsExactly("motd");
		assertThat(options.java()).isEqualTo(Path.of("/opt/jdk/bin/java"));
		assertThat(options.applicationArguments()).containsExactly("--a=b");
	}

	@Test
	void upgradeTakesWhatIsNamed() {
		Options options = Options
			.parse(List.of("install", "--app-user", "other", "--launcher", "sudo", "--context", "ports", "--java",
					"/usr/bin/java", "--", "--c=d"))
			.withInstalled(RECORD, List.of("--a=b"));
		assertThat(options.appUser()).isEqualTo("other");
		assertThat(options.launcher()).isEqualTo(LauncherType.SUDO);
		assertThat(options.contexts()).containsExactly("ports");
		assertThat(options.java()).isEqualTo(Path.of("/usr/bin/java"));
		assertThat(options.applicationArguments()).containsExactly("--c=d");
	}

	@Test
	void upgradeGoesBackToAllContextsAndNoArguments() {
		Options options = Options.parse(List.of("install", "--context", "*", "--"))
			.withInstalled(RECORD, List.of("--a=b"));
		assertThat(options.contexts()).isEmpty();
		assertThat(options.applicationArguments()).isEmpty();
	}

}
