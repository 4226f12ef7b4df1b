package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SystemTrial}.
 */
class SystemTrialTests {

	@TempDir
	private Path directory;

	@Test
	void temporaryDirectoryWhenItCannotBeMadeNamesTheProperty() throws IOException {
		String before = System.getProperty("java.io.tmpdir");
		Path file = Files.createFile(this.directory.resolve("file"));
		try {
			for (Path place : List.of(file, this.directory.resolve("missing"), Path.of("/proc"))) {
				System.setProperty("java.io.tmpdir", place.toString());
				assertThatExceptionOfType(InstallException.class).isThrownBy(SystemTrial::temporaryDirectory)
					.withMessageContaining("can be made in '" + place + "' (")
					.withMessageContaining("'-Djava.io.tmpdir=<directory>'")
					.satisfies((ex) -> assertThat(ex.exitCode()).isEqualTo(73));
			}
		}
		finally {
			System.setProperty("java.io.tmpdir", before);
		}
	}

}
