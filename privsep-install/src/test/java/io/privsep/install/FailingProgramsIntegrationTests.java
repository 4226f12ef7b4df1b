package io.privsep.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.privsep.install.InstallSession.Result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What an installation leaves behind if a program of the system fails or is missing.
 */
@Tag("once")
class FailingProgramsIntegrationTests {

	private static final String SUDOERS = "/etc/sudoers.d/privsep-small";

	private static InstallSession session;

	@AfterAll
	static void end() throws IOException {
		if (session != null) {
			session.close();
		}
	}

	private Map<String, String> before;

	@BeforeEach
	void look() throws IOException {
		// for each test: what is skipped before all of them is in no report
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can install helpers");
		InstallSession.requirePrograms();
		if (session == null) {
			session = new InstallSession();
		}
		this.before = contents();
	}

	@AfterEach
	void uninstall() throws IOException {
		if (session != null) {
			session.fail();
			uninstall("small", "/");
			assertThat(contents()).isEqualTo(this.before);
		}
	}

	private static void uninstall(String application, String prefix) throws IOException {
		if (Files.exists(session.see(prefix + "/usr/lib/privsep/" + application))) {
			requireDone(session.run("uninstall", "--prefix", prefix, "--application", application));
		}
	}

	@Test
	void useraddThatFailsHalfWayLeavesNothing() throws IOException {
		session.fail("1 before useradd *privsep-second");
		Result result = install();
		assertThat(result.exitCode()).isEqualTo(73);
		assertThat(result.output()).contains("privsep-second' failed with exit code 1: useradd: told to fail")
			.doesNotContain("taken back");
		assertThat(session.calls("userdel")).containsExactly("privsep-first");
		assertThat(contents()).isEqualTo(this.before);
		requireRepaired();
	}

	@Test
	void userThatWasMadeByAUseraddThatFailsIsRemoved() throws IOException {
		session.fail("10 after useradd *privsep-first");
		assertThat(install().exitCode()).isEqualTo(73);
		assertThat(contents()).isEqualTo(this.before);
		// somebody else's, who was faster
		session.fail("9 after useradd *privsep-first");
		assertThat(install().exitCode()).isEqualTo(73);
		assertThat(session.calls("userdel")).isEmpty();
		requireRepaired();
		// so it is not the installation's to remove
		uninstall("small", "/");
		requireDone(session.userdel("privsep-first"));
	}

	@Test
	void whatCannotBeTakenBackIsToldAndKeepsNothingElse() throws IOException {
		session.fail("1 before useradd *privsep-second", "1 before userdel privsep-first");
		Result result = install();
		assertThat(result.exitCode()).isEqualTo(73);
		assertThat(result.output()).contains("privsep-second' failed with exit code 1: useradd: told to fail\n")
			.contains("This could not be taken back: '/usr/sbin/userdel privsep-first' failed with exit code 1");
		assertThat(session.see("/usr/lib/privsep/small")).doesNotExist();
		session.fail();
		requireDone(session.userdel("privsep-first"));
	}

	@Test
	void visudoThatFailsAtTheEndLeavesTheOldRule() throws IOException {
		requireDone(install("--context", "first"));
		Map<String, String> installed = contents();
		session.fail("1 before visudo *.privsep-new");
		Result result = install("--context", "*");
		assertThat(result.exitCode()).isEqualTo(73);
		assertThat(result.output()).contains(SUDOERS + ".privsep-new' failed with exit code 1: visudo: told to fail");
		assertThat(contents()).isEqualTo(installed);
		session.fail();
		requireDone(install("--context", "*"));
		assertThat(session.see(SUDOERS)).content().contains("bin/first").contains("bin/second");
	}

	@Test
	void systemctlThatFailsAtTheFirstInstallationLeavesNoSocketThatListens() throws IOException {
		session.fail("1 before systemctl enable *");
		Result result = install("--launcher", "systemd");
		assertThat(result.exitCode()).isEqualTo(73);
		assertThat(result.output()).contains("systemctl: told to fail").doesNotContain("taken back");
		assertThat(session.calls("systemctl")).containsExactly("daemon-reload",
				"enable --now " + socket("first") + " " + socket("second"),
				"disable --now " + socket("first") + " " + socket("second"),
				"reset-failed " + socket("first") + " " + socket("second"), "daemon-reload");
		assertThat(contents()).isEqualTo(this.before);
		session.fail();
		requireDone(install("--launcher", "systemd"));
	}

	@Test
	void systemctlThatFailsAtAnUpgradeHasTheOldSocketsListenAgain() throws IOException {
		requireDone(install("--launcher", "systemd"));
		Map<String, String> installed = contents();
		session.fail("1 after systemctl restart *");
		Result result = install("--launcher", "systemd", "--app-user", "privsep-other", "--context", "first");
		assertThat(result.exitCode()).isEqualTo(73);
		assertThat(session.calls("systemctl")).containsExactly("disable --now " + socket("second"), "daemon-reload",
				"enable --now " + socket("first"), "restart " + socket("first"), "enable --now " + socket("second"),
				"daemon-reload", "restart " + socket("first"));
		assertThat(contents()).isEqualTo(installed);
	}

	@Test
	void systemctlThatFailsAtTheEndLeavesAnInstallationToBeRemovedAgain() throws IOException {
		requireDone(install("--launcher", "systemd"));
		session.fail("1 before systemctl disable * " + socket("second"));
		Result result = session.run("uninstall", "--application", "small");
		assertThat(result.exitCode()).isEqualTo(73);
		assertThat(result.output()).contains("systemctl: told to fail");
		// the next one finds all that is left: afterwards nothing is
	}

	@Test
	void programThatIsMissingEndsAnInstallationBeforeAnythingIsWritten() throws IOException {
		for (String program : List.of("useradd", "userdel", "visudo", "systemctl")) {
			session.setAvailable(program, false);
			try {
				Result result = install("--launcher", program.equals("systemctl") ? "systemd" : "sudo");
				assertThat(result.exitCode()).as(program).isEqualTo(69);
				assertThat(result.output()).startsWith("privsep: The program '" + program + "' is needed")
					.contains("apt-get install ");
				assertThat(contents()).isEqualTo(this.before);
			}
			finally {
				session.setAvailable(program, true);
			}
		}
	}

	@Test
	void installationAfterOneThatWasKilledLeavesNothingOfIt() throws IOException {
		String prefix = session.prefix().toString();
		try (InstallSession killed = new InstallSession()) {
			killed.fail("kill before visudo *.privsep-new");
			assertThat(killed.runKilled(SmallApplication.installation("--prefix", prefix))).isNull();
		}
		Path rules = session.prefix().resolve("etc/sudoers.d");
		assertThat(rules.resolve("privsep-small.privsep-new")).exists();
		try {
			requireDone(install("--prefix", prefix));
			requireDone(session.run("verify", "--prefix", prefix, "--application", "small"));
			assertThat(SystemFiles.children(rules)).containsExactly(rules.resolve("privsep-small"));
			assertThat(SystemFiles.children(session.prefix().resolve("usr/lib/privsep/small/releases"))).hasSize(1);
		}
		finally {
			uninstall("small", prefix);
		}
	}

	private static Result install(String... options) throws IOException {
		return session.run(SmallApplication.installation(options));
	}

	private static void requireRepaired() throws IOException {
		session.fail();
		requireDone(install("--launcher", "command"));
		requireDone(session.run("verify", "--application", "small"));
	}

	private static void requireDone(Result result) {
		assertThat(result.exitCode()).as(result.output()).isZero();
	}

	private static String socket(String context) {
		return "privsep-small_" + context + ".socket";
	}

	private static Map<String, String> contents() throws IOException {
		Map<String, String> contents = new TreeMap<>();
		for (String accounts : List.of("/etc/passwd", "/etc/group")) {
			contents.put(accounts,
					Files.readAllLines(session.see(accounts))
						.stream()
						.filter((line) -> line.matches("privsep-(app|other|first|second):.*"))
						.collect(Collectors.joining(" ")));
		}
		for (String directory : List.of("/etc/sudoers.d", "/etc/systemd/system", "/usr/lib/privsep/small")) {
			try (Stream<Path> paths = Files.walk(session.see(directory))) {
				for (Path path : paths.filter((each) -> each.toString().contains("small")).toList()) {
					contents.put(path.toString(),
							Files.isRegularFile(path)
									? Files.readString(path, StandardCharsets.ISO_8859_1).hashCode() + ""
									: Files.isSymbolicLink(path) ? Files.readSymbolicLink(path).toString() : "");
				}
			}
			catch (NoSuchFileException ex) {
				// nothing is installed
			}
		}
		return contents;
	}

}
