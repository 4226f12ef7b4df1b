package io.privsep.install;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.linux.Accounts;
import io.privsep.linux.Tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link SystemCommand}.
 */
class SystemCommandTests {

	@Test
	void executeAsRunsInASessionWithoutATerminalOfItsOwnUser() {
		SystemCommand.Result result = executeAsNobody(
				"read pid name state parent group session tty rest < /proc/$$/stat;"
						+ " echo $(id -u) $((session == $$)) $tty; exit 7",
				Duration.ofMinutes(2));
		assertThat(result).isEqualTo(
				new SystemCommand.Result(7, Integer.toUnsignedString(Accounts.uid("nobody").orElseThrow()) + " 1 0"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "kill -STOP $$", "sleep 20 & exec >&- 2>&- sleep 20" })
	void executeAsWhenItDoesNotEndGivesUp(String script) {
		assertThat(executeAsNobody(script, Duration.ofSeconds(1)))
			.isEqualTo(new SystemCommand.Result(SystemCommand.GIVEN_UP, "it has not ended within 1 s"));
	}

	@Test
	void executeAsWhenItWritesWithoutEndGivesUp() {
		assertThat(executeAsNobody("exec cat /dev/zero", Duration.ofMinutes(2)))
			.isEqualTo(new SystemCommand.Result(SystemCommand.GIVEN_UP, "it wrote more than 1 MiB"));
	}

	private static SystemCommand.Result executeAsNobody(String script, Duration limit) {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root becomes another user");
		int uid = Accounts.uid("nobody").orElseThrow();
		return SystemCommand.executeAs(uid, Accounts.primaryGid(uid).orElse(uid), List.of("/bin/sh", "-c", script),
				limit);
	}

	@Test
	void programThatIsMissingIsNamedWithItsPackage() {
		assertThatExceptionOfType(InstallException.class).isThrownBy(() -> SystemCommand.run("privsep-no-such-program"))
			.satisfies((ex) -> assertThat(ex.exitCode()).isEqualTo(InstallException.PROGRAM_MISSING))
			.withMessage("The program 'privsep-no-such-program' is needed, and is not in " + Tools.PATH
					+ "; on Debian: apt-get install util-linux");
	}

	// of all that an installation may run
	@ParameterizedTest
	@ValueSource(strings = { "sh", "find", "stat", "readlink", "env", "setsid", "prlimit", "setpriv", "bwrap", "sudo",
			"visudo", "useradd", "groupadd", "userdel", "groupdel", "systemctl" })
	void packageOfAProgramIsTheOneThatHasIt(String name) throws Exception {
		assumeTrue(Tools.exists("dpkg-query") && Tools.exists(name), "SKIPPED: Debian knows the packages of programs");
		SystemCommand.Result result = SystemCommand.execute(SystemCommand.program("dpkg-query"),
				List.of("--search", "*/" + name));
		assertThat(result.output().lines()).as(result.output())
			.anyMatch((line) -> line.matches(SystemCommand.debianPackage(name) + ": .*/s?bin/" + name));
	}

	@Test
	void programThatFailsIsShownWithWhatItHasSaid() {
		assertThatExceptionOfType(InstallException.class)
			.isThrownBy(() -> SystemCommand.run("sh", "-c", "echo out; echo err >&2; exit 3"))
			.satisfies((ex) -> assertThat(ex.exitCode()).isEqualTo(InstallException.CANNOT_CREATE))
			.withMessage("'" + SystemCommand.program("sh")
					+ " -c echo out; echo err >&2; exit 3' failed with exit code 3: out\nerr");
	}

}
