package io.privsep.install;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.linux.Accounts;

import static org.assertj.core.api.Assertions.assertThat;
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

}
