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
import io.privsep.sandbox.MountedPaths.Change;

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
	void changeWhenNothingHasHappenedIsNone() throws IOException {
		Files.createFile(this.uploads.resolve("document"));
		assertThat(this.mounted.change()).isNull();
	}

	@Test
	void changeWhenADirectoryWasMadeAgainIsThat() throws IOException {
		// so that the system does not give the same number again
		Files.move(this.uploads, this.directory.resolve("old"));
		Files.createDirectory(this.uploads);
		assertThat(this.mounted.change()).isEqualTo(new Change(this.uploads, this.uploads, this.uploads))
			.returns(false, Change::isOfLink);
	}

	@Test
	void changeWhenThereIsNothingIsNone() throws IOException {
		Files.delete(this.uploads);
		assertThat(this.mounted.change()).isNull();
	}

	@Test
	void changeWhenALinkOnTheWayLeadsElsewhereIsThat() throws IOException {
		Path first = Files.createDirectories(this.directory.resolve("r1/data"));
		Path second = Files.createDirectories(this.directory.resolve("r2/data"));
		Path link = Files.createSymbolicLink(this.directory.resolve("current"), first.getParent());
		Path path = link.resolve("data");
		// as some write a directory
		MountedPaths linked = MountedPaths
			.ofInstalled(new Sandbox(false, List.of(path + "/"), List.of(this.uploads.toString()), 1, false, 1, 1, 1));
		assertThat(linked.change()).isNull();
		Files.delete(link);
		assertThat(linked.change()).isNull();
		Files.createSymbolicLink(link, second.getParent());
		Change change = new Change(path, first, second);
		assertThat(linked.change()).isEqualTo(change).returns(true, Change::isOfLink);
		MountedPaths left = linked.withoutLink(change);
		assertThat(left.sources()).containsOnlyKeys(first.toString(), this.uploads.toString());
		assertThat(left.change()).isNull();
		Files.move(first, this.directory.resolve("old"));
		Files.createDirectory(first);
		assertThat(left.change()).isEqualTo(new Change(first, first, first));
		// one that is a link itself by now
		Files.delete(first);
		Files.createSymbolicLink(first, second);
		assertThat(left.withoutLink(new Change(first, first, second)).sources())
			.containsOnlyKeys(this.uploads.toString());
	}

	@Test
	void ofInstalledWhenAPathCannotBeSeenHasTheOthers() {
		Sandbox sandbox = new Sandbox(false, List.of("/no/such/directory", this.uploads.toString()), List.of(), 1,
				false, 1, 1, 1);
		assertThat(MountedPaths.ofInstalled(sandbox)).isEqualTo(this.mounted);
	}

}
