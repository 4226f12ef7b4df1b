package io.privsep.command;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Limits;
import io.privsep.definition.Sandbox;
import io.privsep.linux.Tools;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Chain}.
 */
class ChainTests {

	private static final Rights RIGHTS = new Rights(61002, 61003, List.of(7, 8),
			Capabilities.of(List.of(Capability.CHOWN, Capability.NET_ADMIN)));

	private static final Confinement UNCONFINED = new Confinement(4096, false, null);

	private static final Confinement SANDBOX = new Confinement(4096, false,
			new Sandbox(false, List.of(), List.of(), 1, false, 1, 1, 1));

	@Test
	void ofChildGivesRightsLast() {
		assertThat(Chain.ofChild(RIGHTS, UNCONFINED, List.of()).stages()).containsExactly(new Stage.Shell(),
				new Stage.Environment(false, false), new Stage.Session(),
				new Stage.Limiting(Limits.of(RIGHTS, UNCONFINED)), new Stage.Credentials(RIGHTS));
	}

	@Test
	void ofSandboxedChildKeepsRootUntilTheCodeIsInItsPlace() {
		Stage stage = new Stage.Bubblewrap(List.of("--tmpfs", "/sys"));
		assertThat(Chain.ofChild(RIGHTS, SANDBOX, List.of(stage)).stages())
			.containsSubsequence(new Stage.Limiting(Limits.of(RIGHTS, SANDBOX)), stage, new Stage.Credentials(RIGHTS));
		assertThat(Chain.ofChild(null, SANDBOX, List.of()).stages()).endsWith(new Stage.NoCapabilities());
	}

	@Test
	void ofChildWithTheApplicationsRightsHasWhatTheSystemHas() {
		assertThat(Chain.ofChild(null, UNCONFINED, List.of()).stages())
			.allMatch((stage) -> !stage.isOfUnit() || Tools.exists(stage.program()))
			.startsWith(new Stage.Shell(), new Stage.Environment(false, false));
	}

	@Test
	void unitHasWhatTheWrapperOfAUnitHasNot() {
		Chain chain = Chain.ofWrapper(RIGHTS, UNCONFINED, 0, true);
		assertThat(chain.without(Stage::isOfUnit).stages()).containsExactly(new Stage.Environment(false, true));
		assertThat(chain.unit("app-motd")).isEqualTo("""
				LimitCORE=0
				LimitFSIZE=infinity
				LimitCPU=infinity
				LimitAS=infinity
				LimitDATA=infinity
				LimitNOFILE=4096
				User=app-motd
				Group=61003
				SupplementaryGroups=7 8
				AmbientCapabilities=CAP_CHOWN CAP_NET_ADMIN
				CapabilityBoundingSet=CAP_CHOWN CAP_NET_ADMIN
				SecureBits=noroot noroot-locked no-setuid-fixup no-setuid-fixup-locked keep-caps-locked
				NoNewPrivileges=yes
				""");
	}

	@Test
	void temporaryDirectoryIsMountedBeforeTheRightsAreTakenOrByTheUnit() {
		Chain chain = Chain.ofWrapper(RIGHTS, UNCONFINED, 1 << 20, true);
		String options = "size=1048576,mode=0700,uid=61002,gid=61003,nosuid,nodev";
		assertThat(chain.command()).containsSubsequence(Tools.find("prlimit").toString(),
				Tools.find("unshare").toString(), "--mount", options, Tools.find("setpriv").toString());
		assertThat(chain.unit("app-motd")).contains("TemporaryFileSystem=/dev/shm:" + options + "\n");
		assertThat(chain.without(Stage::isOfUnit).stages()).containsExactly(new Stage.Environment(false, true));
	}

	@Test
	void wordsBeginWithThoseOfTheFirstStage() {
		assertThat(Chain.ofWrapper(RIGHTS, UNCONFINED, 0, true).command()).containsSubsequence(
				Tools.find("env").toString(), "-i", "--default-signal", "--ignore-signal=HUP,INT,TERM", "HOME=/",
				Tools.find("setsid").toString(), Tools.find("prlimit").toString(), "--core=0:0", "--fsize=unlimited",
				"--", Tools.find("setpriv").toString(), "--reuid=61002", "--regid=61003", "--groups=7,8",
				"--bounding-set=-all,+chown,+net_admin", "--");
	}

}
