package io.privsep;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The files of the repository that Git tracks. A copy without Git has all files but those
 * that a build makes.
 */
final class TrackedFiles {

	private static final Path PROJECT = Path.of("..");

	private static final Set<String> NOT_TRACKED = Set.of("target", ".git", ".idea", ".vscode", ".settings");

	private TrackedFiles() {
	}

	static List<Path> list() throws IOException {
		return Files.exists(PROJECT.resolve(".git")) ? tracked() : walked();
	}

	private static List<Path> tracked() throws IOException {
		Process git = new ProcessBuilder("git", "-c", "safe.directory=*", "ls-files", "-z").directory(PROJECT.toFile())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(git.onExit().join().exitValue()).isZero();
		// one that is deleted, and not yet committed, is tracked still
		return Stream.of(names.split("\0")).map(PROJECT::resolve).filter(Files::isRegularFile).toList();
	}

	private static List<Path> walked() throws IOException {
		List<Path> files = new ArrayList<>();
		Files.walkFileTree(PROJECT, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
				return NOT_TRACKED.contains(directory.getFileName().toString()) ? FileVisitResult.SKIP_SUBTREE
						: FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
				files.add(file);
				return FileVisitResult.CONTINUE;
			}

		});
		return files;
	}

}
