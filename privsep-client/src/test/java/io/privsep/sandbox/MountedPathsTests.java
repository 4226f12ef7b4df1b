package io.privsep.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.definition.Sandbox;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MountedPaths}.
 */
@EnabledOnOs(OS.LINUX)
class MountedPathsTests {

	@TempDir
	private Path directory;

	private Path uploads;

	private MountedPaths mounted;

	@BeforeEach
	void mount() throws IOException {
		this.uploads = Files.createDirectory(this.directory.resolve("uploads"));
		this.mounted = MountedPaths
			.ofInstalled(new Sandbox(false, List.of(this.uploads.toString()), List.of(), 1, false, 1, 1, 1));
		assertThat(this.mounted.sources()).hasSize(1);
	}

	@Test
	void replacedWhenNothingHasHappenedIsNone() throws IOException {
		Files.createFile(this.uploads.resolve("document"));
		assertThat(this.mounted.replaced()).isNull();
	}

	@Test
	void replacedWhenADirectoryWasMadeAgainIsThat() throws IOException {
		// so that the system does not give the same number again
		Files.move(this.uploads, this.directory.resolve("old"));
		Files.createDirectory(this.uploads);
		assertThat(this.mounted.replaced()).isEqualTo(this.uploads);
	}

	@Test
	void replacedWhenThereIsNothingIsNone() throws IOException {
		Files.delete(this.uploads);
		assertThat(this.mounted.replaced()).isNull();
	}

	@Test
	void ofInstalledWhenAPathCannotBeSeenHasTheOthers() {
		Sandbox sandbox = new Sandbox(false, List.of("/no/such/directory", this.uploads.toString()), List.of(), 1,
				false, 1, 1, 1);
		assertThat(MountedPaths.ofInstalled(sandbox)).isEqualTo(this.mounted);
		assertThat(MountedPaths.ofInstalled(null)).isEqualTo(MountedPaths.NONE);
	}

}
