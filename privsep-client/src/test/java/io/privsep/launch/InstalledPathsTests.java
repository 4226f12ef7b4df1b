package io.privsep.launch;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InstalledPaths}.
 */
class InstalledPathsTests {

	@Test
	void unitsOfTwoApplicationsDoNotCollide() {
		assertThat(InstalledPaths.ofSystem("x").unit("y-motd", ".socket"))
			.isNotEqualTo(InstalledPaths.ofSystem("x-y").unit("motd", ".socket"));
	}

	@Test
	void pathsAreThoseOfTheDocumentation() {
		InstalledPaths paths = InstalledPaths.ofSystem("app");
		assertThat(paths.wrapper("motd")).hasToString("/usr/lib/privsep/app/current/bin/motd");
		assertThat(paths.socket("motd")).hasToString("/run/privsep/app/motd.sock");
		assertThat(paths.sudoers()).hasToString("/etc/sudoers.d/privsep-app");
		assertThat(paths.unit("motd", "@.service")).hasToString("/etc/systemd/system/privsep-app_motd@.service");
	}

	@Test
	void prefixIsToldByAWrapperOrASocket() {
		InstalledPaths paths = new InstalledPaths(Path.of("/srv/my image"), "app");
		assertThat(InstalledPaths.prefix(paths.wrapper("motd").toString())).hasToString("/srv/my image");
		assertThat(InstalledPaths.prefix(paths.socket("motd").toString())).hasToString("/srv/my image");
		for (String path : List.of("/usr/lib/privsep/app/current/bin/motd", "/run/privsep/app/motd.sock", "",
				"/opt/motd")) {
			assertThat(InstalledPaths.prefix(path)).as(path).hasToString("/");
		}
	}

}
