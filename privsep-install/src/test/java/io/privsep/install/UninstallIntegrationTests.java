package io.privsep.install;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.privsep.install.InstallSession.Result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Which users are left by an installation that is removed, though it has made them.
 */
@Tag("once")
class UninstallIntegrationTests {

	private InstallSession session;

	private String prefix;

	@BeforeEach
	void start() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can install helpers");
		InstallSession.requirePrograms();
		this.session = new InstallSession();
		this.prefix = this.session.prefix().toString();
	}

	@AfterEach
	void end() throws IOException {
		if (this.session != null) {
			this.session.close();
		}
	}

	@Test
	void usersThatTheInstallationOfTheSystemUsesAreLeftByOneBelowAPrefix() throws IOException {
		requireDone(this.session.run(SmallApplication.installation("--prefix", this.prefix)));
		requireDone(this.session.run(SmallApplication.installation("--context", "first")));
		for (List<String> options : List.of(List.of("--dry-run"), List.<String>of())) {
			Result result = uninstall(options);
			requireDone(result);
			assertThat(result.output())
				.contains("The user 'privsep-first' is used by application 'small' below '/', and is left.")
				.contains("  user  privsep-second\n")
				.doesNotContain("  user  privsep-first\n");
		}
		assertThat(this.session.calls("userdel")).containsExactly("privsep-second");
		requireDone(this.session.run("verify", "--application", "small"));
	}

	@Test
	void lastApplicationTakesTheDirectoriesOfAllWithIt() throws IOException {
		String[] other = Stream.of(SmallApplication.installation("--prefix", this.prefix))
			.map((word) -> word.replace("name=small", "name=other"))
			.toArray(String[]::new);
		requireDone(this.session.run(SmallApplication.installation("--prefix", this.prefix)));
		requireDone(this.session.run(other));
		requireDone(uninstall(List.of()));
		requireDone(this.session.run("uninstall", "--prefix", this.prefix, "--application", "other"));
		assertThat(this.session.prefix().resolve("usr/lib/privsep")).doesNotExist();
	}

	@Test
	void userOfAProcessIsLeft() throws Exception {
		requireDone(this.session.run(SmallApplication.installation("--prefix", this.prefix)));
		String uid = Files.readAllLines(this.session.see("/etc/passwd"))
			.stream()
			.filter((line) -> line.startsWith("privsep-first:"))
			.map((line) -> line.split(":")[2])
			.findFirst()
			.orElseThrow();
		// such as a helper of an installation that nothing here knows of
		Process process = new ProcessBuilder("setpriv", "--reuid=" + uid, "--clear-groups", "cat").start();
		try (PrintWriter in = new PrintWriter(process.outputWriter(), true)) {
			in.println("runs");
			assertThat(process.inputReader().readLine()).isEqualTo("runs");
			Result result = uninstall(List.of());
			assertThat(result.exitCode()).isEqualTo(73);
			assertThat(result.output()).contains("The user 'privsep-first' was left: ")
				.contains("privsep-first is currently used by process " + process.pid());
			assertThat(this.session.see("/etc/passwd")).content()
				.contains("\nprivsep-first:")
				.doesNotContain("\nprivsep-second:");
		}
		finally {
			process.destroyForcibly().waitFor();
		}
	}

	@Test
	void installationThatWasKilledMakesNoHelpersOfForeignProcesses() throws Exception {
		requireDone(this.session.run(SmallApplication.installation("--prefix", this.prefix)));
		Path releases = this.session.prefix().resolve("usr/lib/privsep/small/releases");
		Files.createDirectory(releases.resolve(Installer.STAGING));
		Files.createDirectory(releases.resolve("0123456789abcdef"));
		Process process = new ProcessBuilder("setpriv", "--reuid=65534", "--clear-groups", "/bin/bash", "-c",
				"exec -a /x/java /bin/bash -c 'echo; read x' " + releases + "/1/contexts/first.properties")
			.start();
		try {
			process.inputReader().readLine();
			requireDone(uninstall(List.of()));
		}
		finally {
			process.destroyForcibly().waitFor();
		}
	}

	private Result uninstall(List<String> options) throws IOException {
		return this.session.run(Stream
			.concat(Stream.of("uninstall", "--prefix", this.prefix, "--application", "small"), options.stream())
			.toArray(String[]::new));
	}

	private static void requireDone(Result result) {
		assertThat(result.exitCode()).as(result.output()).isZero();
	}

}
