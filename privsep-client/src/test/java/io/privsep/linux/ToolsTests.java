package io.privsep.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link Tools}.
 */
class ToolsTests {

	@Test
	void findPrefersTheProgramsOfTheSystem() {
		assertThat(Tools.find("env")).isIn(Path.of("/usr/bin/env"), Path.of("/bin/env"));
	}

	@Test
	void findTakesAProgramInUsrLocalThatOnlyRootCanChange() throws Exception {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can write to /usr/local");
		String name = "privsep-" + UUID.randomUUID();
		Path program = Files.createFile(Path.of("/usr/local/bin", name));
		try {
			Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
			assertThat(Tools.find(name)).isEqualTo(program);
			assertThat(Tools.exists(name)).isTrue();
			Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwxr-x"));
			assertThat(Tools.exists(name)).isFalse();
			assertThatExceptionOfType(MissingToolException.class).isThrownBy(() -> Tools.find(name));
		}
		finally {
			Files.delete(program);
		}
	}

}
