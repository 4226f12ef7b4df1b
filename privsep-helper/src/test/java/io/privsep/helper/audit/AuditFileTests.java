package io.privsep.helper.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link AuditFile}.
 */
class AuditFileTests {

	private static final long AT_EACH_LINE = -1;

	private Path path;

	@BeforeEach
	void makeFile(@TempDir Path directory) throws IOException {
		this.path = Files.writeString(directory.resolve("net.log"), "before\n");
	}

	@Test
	void linesAreAdded() throws IOException {
		try (AuditFile file = new AuditFile(this.path, AuditFile.ANYONE)) {
			write(file, "a\n");
			write(file, "b\n");
		}
		assertThat(this.path).hasContent("before\na\nb\n");
	}

	@Test
	void fileThatIsRotatedAwayIsLeftForTheNewOne() throws Exception {
		Path old = this.path.resolveSibling("net.log.1");
		try (AuditFile file = new AuditFile(this.path, AuditFile.ANYONE, AuditFile.MAX_SIZE, AT_EACH_LINE)) {
			write(file, "a\n");
			Files.move(this.path, old);
			// there is no new one yet
			write(file, "b\n");
			Files.createFile(this.path);
			write(file, "c\n");
		}
		assertThat(old).hasContent("before\na\nb\n");
		assertThat(this.path).hasContent("c\n");
	}

	@Test
	void fileThatIsTooLargeIsNotAddedToUntilItIsRotated() throws Exception {
		try (AuditFile file = new AuditFile(this.path, AuditFile.ANYONE, 10, AT_EACH_LINE)) {
			write(file, "a\n");
			assertThatIOException().isThrownBy(() -> write(file, "bc\n"))
				.withMessageContaining("more than 10 bytes; have it rotated");
			assertThat(this.path).hasContent("before\na\n");
			Files.writeString(this.path, "");
			write(file, "d\n");
		}
		assertThat(this.path).hasContent("d\n");
	}

	@Test
	void fileOfAnotherUserIsNotWrittenTo() throws IOException {
		int own = (Integer) Files.getAttribute(this.path, "unix:uid");
		new AuditFile(this.path, own).close();
		assertThatIOException().isThrownBy(() -> new AuditFile(this.path, own + 1))
			.withMessageContaining("belongs to another user");
	}

	@Test
	void lineThatWasCutIsEndedFirst() throws IOException {
		Files.writeString(this.path, "{\"cu");
		try (AuditFile file = new AuditFile(this.path, AuditFile.ANYONE)) {
			write(file, "a\n");
		}
		assertThat(this.path).hasContent("{\"cu\na\n");
	}

	@Test
	void openWhenThereIsNoneThrows() {
		assertThatExceptionOfType(NoSuchFileException.class)
			.isThrownBy(() -> new AuditFile(this.path.resolveSibling("other"), AuditFile.ANYONE));
		assertThat(this.path.resolveSibling("other")).doesNotExist();
	}

	@Test
	void openWhenLinkThrows() throws IOException {
		Path link = Files.createSymbolicLink(this.path.resolveSibling("link"), this.path);
		assertThatIOException().isThrownBy(() -> new AuditFile(link, AuditFile.ANYONE))
			.withMessageContaining("is no file");
	}

	private static void write(AuditFile file, String line) throws IOException {
		file.write(line.getBytes(StandardCharsets.UTF_8));
	}

}
