package io.privsep.sandbox;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SandboxObstacle}.
 */
class SandboxObstacleTests {

	@Test
	void findWhenNoNamespacesAreLeftIsTheirLimit() {
		assertThat(find(Map.of("user/max_user_namespaces", "0"), true)).isEqualTo(SandboxObstacle.MAX_USER_NAMESPACES);
	}

	@Test
	void findWhenDebiansSwitchIsOffIsThatSwitch() {
		SandboxObstacle obstacle = find(Map.of("kernel/unprivileged_userns_clone", "0"), true);
		assertThat(obstacle.action()).contains("sysctl -w kernel.unprivileged_userns_clone=1");
	}

	@Test
	void findWhenAppArmorRestrictsIsAProfile() {
		SandboxObstacle obstacle = find(Map.of("user/max_user_namespaces", "1000",
				"kernel/apparmor_restrict_unprivileged_userns", "1", "kernel/unprivileged_userns_clone", "1"), true);
		assertThat(obstacle.action()).contains("/etc/apparmor.d/bwrap", "docs/sandbox.md");
	}

	@Test
	void findWhenSystemCallsAreFilteredIsTheContainer() {
		assertThat(find(Map.of(), true).action()).contains("'--security-opt seccomp=<profile>'", "RestrictNamespaces=");
	}

	@Test
	void findWhenNothingIsKnownSaysHowToTry() {
		assertThat(find(Map.of("kernel/apparmor_restrict_unprivileged_userns", "0"), false).action())
			.contains("bwrap --unshare-all --ro-bind / / true");
	}

	@Test
	void findWhenProcIsCoveredIsThat() {
		assertThat(SandboxObstacle.find("bwrap: Can't mount proc on /newroot/proc: Operation not permitted"))
			.isEqualTo(SandboxObstacle.PROC);
	}

	private static SandboxObstacle find(Map<String, String> sysctl, boolean isFiltered) {
		return SandboxObstacle.find(sysctl::get, isFiltered);
	}

}
