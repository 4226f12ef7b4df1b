package io.privsep.install;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.launch.AuditFiles;

/**
 * Writes and removes files one at a time, each at once or not at all, and takes all of it
 * back if it is told to, together with what others have begun.
 */
final class SystemFiles {

	/** Sudo passes over names with a dot, and systemd over this suffix. */
	private static final String NEW = ".privsep-new";

	private static final String OLD = ".privsep-old";

	private final List<Undo> undo = new ArrayList<>();

	private final List<Path> kept = new ArrayList<>();

	/**
	 * Makes a directory of root's, and those above it, where there is none.
	 * @param directory the directory
	 * @throws IOException if it cannot be made
	 */
	void directory(Path directory) throws IOException {
		if (Files.isDirectory(directory)) {
			return;
		}
		directory(Objects.requireNonNull(directory.getParent(), "/ exists"));
		Files.createDirectory(directory);
		onUndo(() -> removeIfEmpty(directory));
		permissions(directory, "rwxr-xr-x", 0);
	}

	/**
	 * A file, and what may be left beside it if writing it was ended half-way.
	 * @param file the file
	 * @return the paths, whether they are there or not
	 */
	static List<Path> withLeftovers(Path file) {
		return List.of(file, file.resolveSibling(file.getFileName() + NEW),
				file.resolveSibling(file.getFileName() + OLD));
	}

	static boolean isLeftover(Path path) {
		return path.toString().endsWith(NEW) || path.toString().endsWith(OLD);
	}

	/**
	 * The directories that would have to be made for a file.
	 * @param file the file
	 * @return the directories, the uppermost first
	 */
	static List<Path> missingDirectories(Path file) {
		List<Path> missing = new ArrayList<>();
		for (Path each = file.getParent(); each != null && !Files.exists(each); each = each.getParent()) {
			missing.add(0, each);
		}
		return missing;
	}

	/**
	 * Puts a text in the place of a file.
	 * @param path the file
	 * @param text the text
	 * @param permissions such as {@code rw-r--r--}
	 * @param check looks at the text, in a file beside, before it is in its place
	 * @throws IOException if it cannot be written
	 */
	void write(Path path, String text, String permissions, Check check) throws IOException {
		directory(Objects.requireNonNull(path.getParent()));
		Path fresh = path.resolveSibling(path.getFileName() + NEW);
		try {
			Files.deleteIfExists(fresh);
			Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
			Files.writeString(fresh, text);
			permissions(fresh, permissions, 0);
			check.run(fresh);
			keep(path);
			Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
		}
		finally {
			Files.deleteIfExists(fresh);
		}
	}

	/**
	 * Makes a file that a helper adds to, unless there is one.
	 * @param file the file
	 * @param rights whom the helper runs as
	 * @throws IOException if it cannot be made
	 */
	void audit(Path file, Rights rights) throws IOException {
		directory(Objects.requireNonNull(file.getParent()));
		if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
			Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
			onUndo(() -> Files.setAttribute(file, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS));
		}
		else {
			onUndo(() -> Files.deleteIfExists(file));
		}
		AuditFiles.make(file, rights);
	}

	/**
	 * All files and directories in a directory, and itself.
	 * @param directory the directory
	 * @return the paths, sorted; links are not followed
	 * @throws IOException if they cannot be listed
	 */
	static List<Path> all(Path directory) throws IOException {
		List<Path> paths = new ArrayList<>();
		Files.walkFileTree(directory, new SimpleFileVisitor<>() {
			@Override
			public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
				paths.add(path);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
				paths.add(path);
				return FileVisitResult.CONTINUE;
			}
		});
		paths.sort(null);
		return paths;
	}

	/**
	 * What is directly in a directory.
	 * @param directory the directory
	 * @return the paths, sorted
	 * @throws IOException if they cannot be listed
	 */
	static List<Path> children(Path directory) throws IOException {
		try (Stream<Path> children = Files.list(directory)) {
			return children.sorted().toList();
		}
	}

	/**
	 * Makes a symbolic link lead elsewhere, or makes it.
	 * @param link the link
	 * @param target where it leads
	 * @throws IOException if it cannot be made
	 */
	void link(Path link, Path target) throws IOException {
		Path fresh = link.resolveSibling(link.getFileName() + NEW);
		Files.deleteIfExists(fresh);
		Path before = Files.isSymbolicLink(link) ? Files.readSymbolicLink(link) : null;
		onUndo(() -> {
			if (before == null) {
				Files.deleteIfExists(link);
			}
			else {
				Files.deleteIfExists(fresh);
				Files.createSymbolicLink(fresh, before);
				Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
			}
		});
		Files.createSymbolicLink(fresh, target);
		Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
	}

	/**
	 * Removes a file.
	 * @param path the file, which need not be there
	 * @throws IOException if it cannot be removed
	 */
	void remove(Path path) throws IOException {
		keep(path);
		Files.deleteIfExists(path);
	}

	private void keep(Path path) throws IOException {
		if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
			onUndo(() -> Files.deleteIfExists(path));
			return;
		}
		Path old = path.resolveSibling(path.getFileName() + OLD);
		Files.deleteIfExists(old);
		Files.createLink(old, path);
		onUndo(() -> {
			Files.move(old, path, StandardCopyOption.ATOMIC_MOVE);
			// which does nothing as long as both names are of one file
			Files.deleteIfExists(old);
		});
		this.kept.add(old);
	}

	/**
	 * Makes it final: nothing can be taken back after that.
	 * @throws IOException if what was kept cannot be removed
	 */
	void commit() throws IOException {
		this.undo.clear();
		for (Path old : this.kept) {
			Files.deleteIfExists(old);
		}
	}

	/**
	 * Takes all of it back, the last first. What cannot be taken back keeps nothing else
	 * from being taken back.
	 * @param reason why; what is left is added to it as suppressed exceptions
	 */
	void undo(Throwable reason) {
		for (Undo each : this.undo) {
			try {
				each.run();
			}
			catch (IOException | RuntimeException ex) {
				reason.addSuppressed(ex);
			}
		}
		this.undo.clear();
	}

	/**
	 * Has something else taken back together with the files, in its turn.
	 * @param step takes it back
	 */
	void onUndo(Undo step) {
		this.undo.add(0, step);
	}

	private static void removeIfEmpty(Path directory) throws IOException {
		try {
			Files.deleteIfExists(directory);
		}
		catch (DirectoryNotEmptyException ex) {
			// something else is in it by now
		}
	}

	/**
	 * Gives a file to root, and sets its group and permissions.
	 * @param path the file or directory
	 * @param permissions such as {@code rw-r--r--}
	 * @param gid the group
	 * @throws IOException if that cannot be done
	 */
	static void permissions(Path path, String permissions, int gid) throws IOException {
		Files.setAttribute(path, "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
		Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
	}

	/**
	 * Looks at a file before it is in its place.
	 */
	interface Check {

		/** Whatever the file has in it. */
		Check NONE = (file) -> {
		};

		void run(Path file) throws IOException;

	}

	/**
	 * Takes something back.
	 */
	interface Undo {

		void run() throws IOException;

	}

}
