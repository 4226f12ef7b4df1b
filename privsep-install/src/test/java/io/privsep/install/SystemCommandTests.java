package io.privsep.install;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.privsep.linux.Accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link SystemCommand}.
 */
class SystemCommandTests {

	@Test
	void executeAsRunsInASessionWithoutATerminalOfItsOwnUser() {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root becomes another user");
		int uid = Accounts.uid("nobody").orElseThrow();
		SystemCommand.Result result = SystemCommand.executeAs(uid, Accounts.primaryGid(uid).orElse(uid),
				List.of("/bin/sh", "-c", "read pid name state parent group session tty rest < /proc/$$/stat;"
						+ " echo $(id -u) $((session == $$)) $tty; exit 7"));
		assertThat(result).isEqualTo(new SystemCommand.Result(7, Integer.toUnsignedString(uid) + " 1 0"));
	}

}
