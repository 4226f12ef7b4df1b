package io.privsep.launch;

import java.io.IOException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.rights.ThreadRights;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether {@link DirectLauncher} says that no helper can be started any more.
 */
@EnabledOnOs(OS.LINUX)
class DirectLauncherTests {

	private final DirectLauncher launcher = new DirectLauncher(1 << 26, List.of(), List.of());

	@Test
	void obstacleWhereTheApplicationIsWhomItWasIsNull() throws Exception {
		assertThat(obstacle(null, ownUid())).isNull();
	}

	@Test
	void obstacleWhereTheHelperAsksForNobodyIsNull() throws Exception {
		assertThat(obstacle(null, -1)).isNull();
	}

	@Test
	void obstacleWhereTheApplicationIsAnotherUserThanItWasIsThatItHasDroppedRoot() throws Exception {
		assertThat(obstacle(null, ownUid() + 1)).isEqualTo("the application has dropped root");
	}

	private static int ownUid() throws IOException {
		return ThreadRights.ofThisProcess().uids().get(1);
	}

	private @Nullable String obstacle(@Nullable Rights rights, int clientUid) {
		return this.launcher.obstacle(new HelperDefinition("net", new HelperDefinition.Code(List.of("Net"), null),
				rights, clientUid, new HelperDefinition.Calls(2, 4096, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(4096, false, null), null));
	}

}
