package io.privsep.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link TemporaryTree} with files of root's and of another user.
 */
class TemporaryTreeIntegrationTests {

	private static final int USER = 61397;

	private final Path home = Path.of("/var/lib/privsep-it-" + UUID.randomUUID());

	private final Path temporary = this.home.resolve("tmp");

	private final Path top = this.temporary.resolve("tomcat.8080.1");

	private final Path work = this.top.resolve("work/ROOT");

	private final Path outside = this.home.resolve("outside");

	@BeforeEach
	void makeFiles() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can give files away");
		make(this.home, "rwxr-xr-x");
		make(this.outside, "rwxr-xr-x");
		Files.writeString(this.outside.resolve("shadow"), "root's");
		make(this.temporary, "rwxrwxrwx");
		Files.setAttribute(this.temporary, "unix:mode", 01777);
		make(this.top, "rwx------");
		make(this.top.resolve("work"), "rwxr-xr-x");
		make(this.work, "rwxr-xr-x");
		Files.writeString(this.work.resolve("file"), "the web server's");
		Files.createSymbolicLink(this.work.resolve("link"), this.outside);
	}

	@AfterEach
	void removeFiles() throws IOException {
		if (Files.exists(this.home)) {
			try (Stream<Path> paths = Files.walk(this.home)) {
				for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
					Files.delete(path);
				}
			}
		}
	}

	@Test
	void treeThatRootHasMadeBecomesTheUsersAndNothingThatALinkLeadsTo() throws IOException {
		TemporaryTree tree = TemporaryTree.of(this.work, this.temporary).orElseThrow();
		assertThat(tree.top()).isEqualTo(this.top);
		tree.give(USER, USER + 1);
		for (Path path : List.of(this.top, this.top.resolve("work"), this.work, this.work.resolve("file"),
				this.work.resolve("link"))) {
			assertThat(owner(path)).as(path.toString()).isEqualTo(USER);
			assertThat(Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS)).isEqualTo(USER + 1);
		}
		assertThat(owner(this.temporary)).isZero();
		assertThat(owner(this.outside)).isZero();
		assertThat(owner(this.outside.resolve("shadow"))).isZero();
	}

	@Test
	void directoryElsewhereIsLeft() throws IOException {
		assertThat(TemporaryTree.of(this.outside, this.temporary)).isEmpty();
		assertThat(TemporaryTree.of(this.temporary, this.temporary)).isEmpty();
	}

	@Test
	void directoryThatAUsersLinkLeadsToIsLeft() throws IOException {
		Path link = Files.createSymbolicLink(this.temporary.resolve("tomcat.8080.2"), this.outside);
		assertThat(TemporaryTree.of(link, this.temporary)).isEmpty();
	}

	@Test
	void directoryForTemporaryFilesThatIsAnotherUsersIsLeft() throws IOException {
		own(this.temporary);
		assertThat(TemporaryTree.of(this.work, this.temporary)).isEmpty();
	}

	@Test
	void directoryForTemporaryFilesBelowAnotherUsersIsLeft() throws IOException {
		own(this.home);
		assertThat(TemporaryTree.of(this.work, this.temporary)).isEmpty();
	}

	@Test
	void directoryForTemporaryFilesThatAllMayWriteIsLeftWhereItIsNotSticky() throws IOException {
		Files.setAttribute(this.temporary, "unix:mode", 0777);
		assertThat(TemporaryTree.of(this.work, this.temporary)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "rwxrwx---", "rwx---rwx" })
	void treeInWhichOthersCouldWriteIsLeft(String mode) throws IOException {
		Files.setPosixFilePermissions(this.top, PosixFilePermissions.fromString(mode));
		assertThat(TemporaryTree.of(this.work, this.temporary)).isEmpty();
	}

	@Test
	void treeThatIsAnotherUsersIsLeft() throws IOException {
		own(this.top);
		assertThat(TemporaryTree.of(this.work, this.temporary)).isEmpty();
	}

	@Test
	void partOfTheTreeInWhichOthersCouldWriteIsLeft() throws IOException {
		Path shared = make(this.top.resolve("shared"), "rwxrwxrwx");
		Path planted = Files.writeString(shared.resolve("planted"), "x");
		TemporaryTree.of(this.work, this.temporary).orElseThrow().give(USER, USER);
		assertThat(owner(this.work)).isEqualTo(USER);
		assertThat(owner(shared)).isZero();
		assertThat(owner(planted)).isZero();
	}

	private static Path make(Path directory, String mode) throws IOException {
		Files.createDirectory(directory);
		// set afterwards, so that the umask has no say in it
		return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
	}

	private static void own(Path path) throws IOException {
		Files.setAttribute(path, "unix:uid", USER);
	}

	private static int owner(Path path) throws IOException {
		return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
	}

}
