package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.launch.Sandbox;
import io.privsep.process.SandboxPaths.Source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link SandboxPaths}.
 */
class SandboxPathsTests {

	@TempDir
	private Path directory;

	@Test
	void resolveWhenALinkWasChangedFails() throws IOException {
		Path root = this.directory.toRealPath();
		Path first = Files.createDirectory(root.resolve("first"));
		Path second = Files.createDirectory(root.resolve("second"));
		Path link = Files.createSymbolicLink(root.resolve("link"), first);
		Sandbox sandbox = new Sandbox(false, List.of(link.toString()), List.of(), 1, false, 1, 1, 1);
		SandboxPaths paths = new SandboxPaths();
		String number = Files.getAttribute(first, "unix:dev") + ":" + Files.getAttribute(first, "unix:ino");
		assertThat(paths.resolve(sandbox)).isEqualTo(Map.of(link.toString(), new Source(first, number)));
		assertThat(paths.resolve(sandbox)).isEqualTo(Map.of(link.toString(), new Source(first, number)));
		Files.delete(link);
		Files.createSymbolicLink(link, second);
		assertThatIOException().isThrownBy(() -> paths.resolve(sandbox))
			.withMessage("'" + link + "' led to '" + first + "' when the application was started, and leads to '"
					+ second + "' now");
	}

	@Test
	void wordsWhenCodeCouldBeWrittenFail() throws IOException {
		Path root = this.directory.toRealPath();
		Path classes = Files.createDirectories(root.resolve("app/classes"));
		Path java = Path.of(System.getProperty("java.home"), "bin", "java").toRealPath();
		JavaCommand command = new JavaCommand(java, List.of(classes), false, 1, List.of());
		for (Path write : List.of(root, classes, Files.createDirectory(classes.resolve("out")))) {
			Sandbox sandbox = new Sandbox(false, List.of(), List.of(write.toString()), 1, false, 1, 1, 1);
			assertThatIOException()
				.isThrownBy(() -> SandboxCommand.stage(command, sandbox,
						Map.of(write.toString(), new Source(write, "")), List.of()))
				.withMessageContaining("'" + classes + "' is code that it, or the application, runs");
		}
	}

}
