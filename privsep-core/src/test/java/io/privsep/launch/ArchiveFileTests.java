package io.privsep.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ArchiveFile}.
 */
class ArchiveFileTests {

	@TempDir
	private Path directory;

	@Test
	void archiveIsFoundByItsNameAndWholeUntilItIsChanged() throws IOException {
		Path archive = ArchiveFile.bringIntoPlace(Files.writeString(this.directory.resolve("fresh"), "x"), "mail");
		assertThat(ArchiveFile.find(this.directory, "mail")).contains(archive);
		assertThat(ArchiveFile.isWhole(archive)).isTrue();
		Files.writeString(archive, "y");
		assertThat(ArchiveFile.isWhole(archive)).isFalse();
	}

	@Test
	void archiveOfANameThatBeginsAlikeIsAnother() throws IOException {
		Files.createFile(this.directory.resolve("mail-incoming.jsa"));
		Files.createFile(this.directory.resolve("mail-incoming-0123abcd.jsa"));
		assertThat(ArchiveFile.find(this.directory, "mail")).isEmpty();
		assertThat(ArchiveFile.find(this.directory, "mail-incoming"))
			.contains(this.directory.resolve("mail-incoming-0123abcd.jsa"));
	}

}
