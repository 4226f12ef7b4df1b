package io.privsep.install;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link SystemFiles}.
 */
class SystemFilesTests {

	private final SystemFiles files = new SystemFiles();

	@TempDir
	private Path directory;

	@Test
	void undoTakesBackTheLastFirstAndTellsWhatIsLeft() {
		List<String> undone = new ArrayList<>();
		UncheckedIOException failure = new UncheckedIOException(new IOException("no"));
		this.files.onUndo(() -> undone.add("first"));
		this.files.onUndo(() -> {
			throw failure;
		});
		this.files.onUndo(() -> undone.add("last"));
		IOException reason = new IOException("why");
		this.files.undo(reason);
		assertThat(undone).containsExactly("last", "first");
		assertThat(reason.getSuppressed()).containsExactly(failure);
	}

	@Test
	void undoAfterCommitTakesNothingBack() throws IOException {
		List<String> undone = new ArrayList<>();
		this.files.onUndo(() -> undone.add("first"));
		this.files.commit();
		this.files.undo(new IOException());
		assertThat(undone).isEmpty();
	}

	@Test
	void undoBringsBackWhatWasThereAndNothingElse() throws IOException {
		requireRoot();
		Path file = Files.writeString(this.directory.resolve("file"), "old");
		Path other = Files.writeString(this.directory.resolve("other"), "old");
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), Path.of("file"));
		this.files.write(file, "new", "rw-r--r--", SystemFiles.Check.NONE);
		this.files.write(this.directory.resolve("a/b/fresh"), "new", "rw-r--r--", SystemFiles.Check.NONE);
		this.files.remove(other);
		this.files.link(link, Path.of("other"));
		IOException reason = new IOException();
		this.files.undo(reason);
		assertThat(reason.getSuppressed()).isEmpty();
		assertThat(SystemFiles.children(this.directory)).containsExactly(file, link, other);
		assertThat(List.of(file, other)).allSatisfy((each) -> assertThat(each).hasContent("old"));
		assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("file"));
	}

	@Test
	void undoOfAFileThatWasOnlyKeptLeavesNoSecondName() throws IOException {
		Path file = Files.writeString(this.directory.resolve("file"), "old");
		this.files.remove(file);
		Files.createLink(file, this.directory.resolve("file.privsep-old"));
		this.files.undo(new IOException());
		assertThat(SystemFiles.children(this.directory)).containsExactly(file);
		assertThat(file).hasContent("old");
	}

	@Test
	void fileThatItsCheckRefusesStaysAsItWas() throws IOException {
		requireRoot();
		Path file = Files.writeString(this.directory.resolve("file"), "old");
		assertThatIllegalStateException().isThrownBy(() -> this.files.write(file, "new", "rw-r--r--", (fresh) -> {
			throw new IllegalStateException();
		}));
		assertThat(SystemFiles.children(this.directory)).containsExactly(file);
		assertThat(file).hasContent("old");
	}

	private static void requireRoot() {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root gives files to root");
	}

}
