package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.rights.ThreadRights;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ArchivePlace}: what is looked at is what is used.
 */
class ArchivePlaceTests {

	private Path directory;

	private int uid;

	@BeforeEach
	void prepare(@TempDir Path temporary) throws IOException {
		this.directory = temporary.toRealPath();
		this.uid = ThreadRights.ofThisProcess().uids().get(1);
	}

	@Test
	void archivesOfAUserAreInTheCacheOfTheUserUnlessSomethingElseIsSet() throws IOException {
		String cache = System.getenv("XDG_CACHE_HOME");
		Path directory = (cache != null) ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache");
		assertThat(ArchivePlace.ofUser(null, this.uid))
			.isEqualTo(ArchivePlace.ofUser(directory.resolve("privsep"), this.uid));
		Path other = this.directory.resolve("other");
		assertThat(ArchivePlace.ofUser(other, this.uid)).isEqualTo(new ArchivePlace(other, false, this.uid));
	}

	@Test
	void archivesOfHelpersWithRightsAreInTheCacheOfTheSystemUnlessSomethingElseIsSet() throws IOException {
		assertThat(ArchivePlace.ofRoot(null, 0)).isEqualTo(ArchivePlace.ofRoot(Path.of("/var/cache/privsep"), 0));
		Path other = this.directory.resolve("other");
		assertThat(ArchivePlace.ofRoot(other, 0)).isEqualTo(new ArchivePlace(other, true, 0));
	}

	@Test
	void linkThatIsLedElsewhereAfterwardsChangesNothing() throws IOException {
		Path one = Files.createDirectory(this.directory.resolve("one"));
		Path two = Files.createDirectory(this.directory.resolve("two"));
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), one);
		ArchivePlace place = ArchivePlace.ofUser(link.resolve("archives"), this.uid);
		Files.delete(link);
		Files.createSymbolicLink(link, two);
		assertThat(place.make()).isTrue();
		assertThat(one.resolve("archives")).isDirectory();
		assertThat(two.resolve("archives")).doesNotExist();
	}

	@Test
	void pathWithALinkInItIsNotUsed() throws IOException {
		Path one = Files.createDirectory(this.directory.resolve("one"));
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), one);
		Path archives = Files.createDirectory(one.resolve("archives"));
		assertThat(new ArchivePlace(archives, false, this.uid).mayUse(archives, null)).isTrue();
		Path linked = link.resolve("archives");
		assertThat(new ArchivePlace(linked, false, this.uid).mayUse(linked, null)).isFalse();
	}

	@Test
	void directoryIsNotMadeWhereOthersMayWrite() throws IOException {
		Path open = Files.createDirectory(this.directory.resolve("open"));
		Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
		assertThat(ArchivePlace.ofUser(open.resolve("a/archives"), this.uid).make()).isFalse();
		assertThat(open).isEmptyDirectory();
	}

	@Test
	void pathWithAColonIsNotUsed() throws IOException {
		Path archives = Files.createDirectory(this.directory.resolve("a:b"));
		assertThat(new ArchivePlace(archives, false, this.uid).mayUse(archives, null)).isFalse();
	}

}
