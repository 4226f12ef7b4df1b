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
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.privsep.command.JavaCommand;

/**
 * A copy of the code that the tests run from, with room for their files: root owns it and
 * everybody can read it, as it is where helpers run as other users.
 */
final class CodeCopy implements ExecutionCondition, BeforeAllCallback, AfterAllCallback {

	private final Path directory = Path.of("/var/lib/privsep-it-" + UUID.randomUUID());

	private final List<Path> classPath = new ArrayList<>();

	/**
	 * Skips the tests where they are not run by root. The report of each has the reason;
	 * an assumption before all of them would be in no report.
	 * @param context the tests
	 * @return whether they are run
	 */
	@Override
	public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
		return ("root".equals(System.getProperty("user.name"))) ? ConditionEvaluationResult.enabled("run by root")
				: ConditionEvaluationResult
					.disabled("SKIPPED: only root can start helpers as other users; run the build as root");
	}

	/**
	 * Makes the copy.
	 * @param context the tests
	 * @throws IOException if it cannot be made
	 */
	@Override
	public void beforeAll(ExtensionContext context) throws IOException {
		// also where the tests are interrupted
		Runtime.getRuntime().addShutdownHook(new Thread(this::deleteAtExit));
		Files.createDirectory(this.directory);
		setMode(this.directory, "rwxr-xr-x");
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
			add(Path.of(entry));
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

	private void deleteAtExit() {
		try {
			delete();
		}
		catch (IOException ex) {
			ex.printStackTrace();
		}
	}

	@Override
	public void afterAll(ExtensionContext context) throws IOException {
		delete();
		this.classPath.clear();
	}

	private void delete() throws IOException {
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
