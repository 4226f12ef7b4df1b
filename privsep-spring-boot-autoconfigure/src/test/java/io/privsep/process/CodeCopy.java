package io.privsep.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A copy of the code that the tests run from, with room for their files: root owns it and
 * everybody can read it, as it is where helpers run as other users.
 */
final class CodeCopy implements AutoCloseable {

	private final Path directory;

	private final List<Path> classPath = new ArrayList<>();

	private CodeCopy(Path directory) {
		this.directory = directory;
	}

	/**
	 * Makes a copy, or skips the tests where they are not run by root.
	 * @return the copy
	 * @throws IOException if it cannot be made; nothing is left then
	 */
	static CodeCopy make() throws IOException {
		assumeTrue(ProcFiles.uid() == 0, "SKIPPED: only root can start helpers as other users; run the build as root");
		CodeCopy copy = new CodeCopy(Path.of("/var/lib/privsep-it-" + UUID.randomUUID()));
		// also where the tests are interrupted
		Runtime.getRuntime().addShutdownHook(new Thread(copy::closeAtExit));
		try {
			Files.createDirectory(copy.directory);
			setMode(copy.directory, "rwxr-xr-x");
			for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
				copy.add(Path.of(entry));
			}
			return copy;
		}
		catch (IOException | RuntimeException ex) {
			copy.close();
			throw ex;
		}
	}

	private void add(Path entry) throws IOException {
		if (!Files.exists(entry)) {
			return;
		}
		// several modules have a directory 'classes'
		Path target = this.directory.resolve(this.classPath.size() + "-" + entry.getFileName());
		Files.walkFileTree(entry, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
				copy(dir, "rwxr-xr-x");
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				copy(file, "rw-r--r--");
				return FileVisitResult.CONTINUE;
			}

			private void copy(Path from, String mode) throws IOException {
				Path to = target.resolve(entry.relativize(from).toString());
				Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
				setMode(to, mode);
			}

		});
		this.classPath.add(target);
	}

	/**
	 * The words that start a helper's JVM from here.
	 * @return the command
	 * @throws IOException if this JVM's program is not found
	 */
	JavaCommand java() throws IOException {
		return new JavaCommand(Path.of(System.getProperty("java.home"), "bin", "java").toRealPath(), this.classPath,
				false, 64 << 20, List.of());
	}

	List<Path> classPath() {
		return this.classPath;
	}

	Path createDirectory(String mode, int owner) throws IOException {
		return own(Files.createTempDirectory(this.directory, "d"), mode, owner);
	}

	Path createFile(String content, String mode, int owner) throws IOException {
		return own(Files.writeString(Files.createTempFile(this.directory, "f", ""), content), mode, owner);
	}

	private static Path own(Path path, String mode, int owner) throws IOException {
		setMode(path, mode);
		Files.setAttribute(path, "unix:uid", owner);
		Files.setAttribute(path, "unix:gid", owner);
		return path;
	}

	// set afterwards, so that the umask has no say in it
	private static void setMode(Path path, String mode) throws IOException {
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
	}

	private void closeAtExit() {
		try {
			close();
		}
		catch (IOException ex) {
			ex.printStackTrace();
		}
	}

	@Override
	public void close() throws IOException {
		if (!Files.exists(this.directory)) {
			return;
		}
		Files.walkFileTree(this.directory, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.delete(file);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException ex) throws IOException {
				Files.delete(dir);
				return FileVisitResult.CONTINUE;
			}

		});
	}

}
