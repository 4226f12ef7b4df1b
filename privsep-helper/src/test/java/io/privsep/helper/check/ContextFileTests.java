package io.privsep.helper.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link ContextFile}.
 */
class ContextFileTests {

	private static final int OTHER = 61398;

	private static final HelperDefinition DEFINITION = new HelperDefinition("net",
			new HelperDefinition.Code(List.of("a.B"), null), null, -1, new HelperDefinition.Calls(1, 1000, 250_000),
			new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
			new HelperDefinition.Confinement(0, false, null), null);

	// not a temporary directory, which others may write
	private final Path top = Path.of("/var/lib/privsep-it-" + UUID.randomUUID());

	private Path file;

	@BeforeEach
	void write() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can give files away");
		Path directory = Files.createDirectories(this.top.resolve("contexts"));
		for (Path made : List.of(this.top, directory)) {
			Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
		this.file = Files.writeString(directory.resolve("net.properties"), DEFINITION.toText());
		Files.setPosixFilePermissions(this.file, PosixFilePermissions.fromString("rw-r-----"));
	}

	@AfterEach
	void delete() throws IOException {
		for (Path path : List.of(this.top.resolve("link"), this.top.resolve("contexts/net.properties"),
				this.top.resolve("contexts"), this.top)) {
			Files.deleteIfExists(path);
		}
	}

	@Test
	void readWhenOnlyRootCouldHaveWrittenIt() throws Exception {
		assertThat(ContextFile.read(this.file)).isEqualTo(DEFINITION);
		assertThat(ContextFile.read(Files.createSymbolicLink(this.top.resolve("link"), this.file)))
			.isEqualTo(DEFINITION);
	}

	@Test
	void readWhenItIsAnotherUsersIsRefused() throws IOException {
		Files.setAttribute(this.file, "unix:uid", OTHER);
		requireRefusedFor(this.file, OTHER, 0640);
	}

	@Test
	void readWhenADirectoryAboveIsAnotherUsersIsRefused() throws IOException {
		Files.setAttribute(this.top, "unix:uid", OTHER);
		requireRefusedFor(this.top, OTHER, 0755);
	}

	@Test
	void readWhenItsGroupOrOthersCouldChangeItIsRefused() throws IOException {
		for (int mode : new int[] { 0660, 0602 }) {
			Files.setAttribute(this.file, "unix:mode", mode);
			requireRefusedFor(this.file, 0, mode);
		}
	}

	// Also with the sticky bit: to make another of that name takes no more.
	@Test
	void readWhenOthersCouldPutAnotherInItsPlaceIsRefused() throws IOException {
		Files.setAttribute(this.file.getParent(), "unix:mode", 01777);
		requireRefusedFor(this.file.getParent(), 0, 01777);
	}

	// Which leads elsewhere than it did: what is looked at is what is read.
	@Test
	void readWhenALinkLeadsToAFileOfAnotherUserIsRefused() throws IOException {
		Files.setAttribute(this.file, "unix:uid", OTHER);
		Path link = Files.createSymbolicLink(this.top.resolve("link"), this.file);
		assertThatExceptionOfType(RefusalException.class).isThrownBy(() -> ContextFile.read(link))
			.satisfies((ex) -> assertThat(ex.sentences()).singleElement().asString().contains("'" + this.file + "'"));
	}

	private void requireRefusedFor(Path culprit, int uid, int mode) {
		requireRefused("'" + culprit + "' belongs to user " + uid + " and has mode " + Integer.toOctalString(mode)
				+ ", and others than root could change '" + this.file + "'");
	}

	@Test
	void readWhenItIsMissingSaysSo() throws IOException {
		Files.delete(this.file);
		requireRefused("this helper cannot read '" + this.file
				+ "': there is no such file, or it is for a helper of another user");
	}

	private void requireRefused(String sentence) {
		assertThatExceptionOfType(RefusalException.class).isThrownBy(() -> ContextFile.read(this.file))
			.satisfies(
					(ex) -> assertThat(ex.sentences()).containsExactly("privsep: " + sentence + "; refusing to serve"));
	}

}
