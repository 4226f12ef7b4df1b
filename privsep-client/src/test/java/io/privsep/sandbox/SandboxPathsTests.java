package io.privsep.sandbox;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.command.JavaCommand;
import io.privsep.command.RefusedStartException;
import io.privsep.command.Stage;
import io.privsep.definition.Sandbox;
import io.privsep.sandbox.SandboxPaths.Source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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
	void sourceWhenItIsNeitherAFileNorADirectoryFails() throws Exception {
		Path fifo = this.directory.toRealPath().resolve("fifo");
		assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
		Path socket = fifo.resolveSibling("socket");
		try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			server.bind(UnixDomainSocketAddress.of(socket));
			Path link = Files.createSymbolicLink(fifo.resolveSibling("link"), Path.of("/dev/zero"));
			for (Path path : List.of(fifo, socket, link)) {
				assertThatIOException().isThrownBy(() -> SandboxPaths.source(path))
					.withMessageStartingWith("it is neither a file nor a directory");
			}
		}
	}

	@Test
	void wordsWhenCodeWouldBeHiddenFail() throws IOException {
		Path root = this.directory.toRealPath();
		Path app = Files.createDirectory(root.resolve("app"));
		Files.createDirectory(app.resolve("inside"));
		Path inside = Files.createSymbolicLink(app.resolve("link-inside"), Path.of("inside"));
		Path outside = Files.createSymbolicLink(app.resolve("link-outside"),
				Files.createDirectory(root.resolve("lib")));
		Path java = Path.of(System.getProperty("java.home"), "bin", "java").toRealPath();
		Sandbox sandbox = new Sandbox(false, List.of(app.toString()), List.of(), 1, false, 1, 1, 1);
		Map<String, Source> sources = Map.of(app.toString(), new Source(app, ""));
		assertThat(SandboxCommand.stages(new JavaCommand(java, List.of(inside), false, 1, List.of()), sandbox, sources,
				List.of(), false))
			.singleElement(InstanceOfAssertFactories.type(Stage.Bubblewrap.class))
			.satisfies((stage) -> assertThat(stage.arguments()).contains(inside.toString()));
		assertThatExceptionOfType(RefusedStartException.class)
			.isThrownBy(() -> SandboxCommand.stages(new JavaCommand(java, List.of(outside), false, 1, List.of()),
					sandbox, sources, List.of(), false))
			.withMessage("the helper cannot read '" + app + "', which 'sandbox.read' names: '" + outside
					+ "', which it runs, is a link that leads out of it; name what it is to read in there");
	}

	@Test
	void stagesWhenCodeCouldBeWrittenFail() throws IOException {
		Path root = this.directory.toRealPath();
		Path classes = Files.createDirectories(root.resolve("app/classes"));
		Path java = Path.of(System.getProperty("java.home"), "bin", "java").toRealPath();
		JavaCommand command = new JavaCommand(java, List.of(classes), false, 1, List.of());
		for (Path write : List.of(root, classes, Files.createDirectory(classes.resolve("out")))) {
			Sandbox sandbox = new Sandbox(false, List.of(), List.of(write.toString()), 1, false, 1, 1, 1);
			assertThatExceptionOfType(RefusedStartException.class)
				.isThrownBy(() -> SandboxCommand.stages(command, sandbox,
						Map.of(write.toString(), new Source(write, "")), List.of(), false))
				.withMessageContaining("'" + classes + "' is code that it, or the application, runs");
		}
	}

}
