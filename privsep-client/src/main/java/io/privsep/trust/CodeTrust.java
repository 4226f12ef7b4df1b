package io.privsep.trust;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.ZipException;

import io.privsep.definition.JarClassPath;

/**
 * Looks for files that someone other than root could change, or put something else in the
 * place of. Anyone who can do that to a helper's code has the helper's rights.
 * <p>
 * Every component of a resolved path, up to {@code /}, has to be owned by root, and not
 * to be writable by its group or by others. A sticky bit does not count, and an access
 * control list shows in the bits of the group (acl(5)).
 */
public final class CodeTrust {

	private static final int GROUP_OR_OTHERS_WRITE = 022;

	private static final int MAX_PROBLEMS = 20;

	/** The system's own limit (path_resolution(7)). */
	private static final int MAX_LINKS = 40;

	private final Set<Path> seen = new HashSet<>();

	private final Set<Path> entries = new HashSet<>();

	private final Set<String> problems = new LinkedHashSet<>();

	/**
	 * What was wrong with the paths so far.
	 * @return sentences, empty if only root can change what the paths name
	 */
	public List<String> problems() {
		return List.copyOf(this.problems);
	}

	/**
	 * Looks at one file or directory, and at all above it. Links are resolved first: use
	 * the resolved path, too.
	 * @param path an absolute path
	 * @return this
	 * @throws IOException if the system does not tell
	 */
	public CodeTrust file(Path path) throws IOException {
		walk(resolved(path));
		return this;
	}

	/**
	 * Looks at one file or directory that is used as its path is written: also at each
	 * link on the way, and at the directories that these are in.
	 * @param path an absolute path
	 * @return this
	 * @throws IOException if the system does not tell
	 */
	public CodeTrust path(Path path) throws IOException {
		walk(path);
		return this;
	}

	/**
	 * Looks at a directory, at all in it and at all above it. Links in it are followed,
	 * as its users do.
	 * @param directory an absolute path
	 * @return this
	 * @throws IOException if the system does not tell
	 */
	public CodeTrust tree(Path directory) throws IOException {
		Path resolved = resolved(directory);
		walk(resolved);
		treeOf(resolved);
		return this;
	}

	private void treeOf(Path directory) throws IOException {
		if (!Files.exists(directory)) {
			return;
		}
		Files.walkFileTree(directory, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE,
				new SimpleFileVisitor<>() {
					@Override
					public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
							throws IOException {
						return look(path);
					}

					@Override
					public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
						return look(path);
					}

					@Override
					public FileVisitResult visitFileFailed(Path path, IOException ex) throws IOException {
						// a link to nowhere, a loop of links, or what only its owner may
						// read
						return look(path);
					}

				});
	}

	private FileVisitResult look(Path path) throws IOException {
		if (Files.isSymbolicLink(path)) {
			walk(path);
		}
		else {
			component(path, path);
		}
		return (this.problems.size() < MAX_PROBLEMS) ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
	}

	/**
	 * Looks at a class path: at its jars, what they add to it, and all in its
	 * directories. Links are resolved first: use the resolved class path, too.
	 * @param entries the entries, absolute paths
	 * @return this
	 * @throws IOException if the system does not tell
	 */
	public CodeTrust classPath(Collection<Path> entries) throws IOException {
		for (Path entry : entries) {
			classPathEntry(resolved(entry));
		}
		return this;
	}

	private void classPathEntry(Path entry) throws IOException {
		if (!this.entries.add(entry)) {
			return;
		}
		walk(entry);
		if (Files.isDirectory(entry)) {
			treeOf(entry);
		}
		else if (Files.isRegularFile(entry)) {
			for (Path added : added(entry)) {
				// the JVM follows links in it by itself
				classPathEntry(added);
			}
		}
	}

	private static List<Path> added(Path entry) throws IOException {
		try {
			return JarClassPath.of(entry);
		}
		catch (ZipException ex) {
			// no jar, which adds nothing
			return List.of();
		}
	}

	// What does not exist can be made by whoever may write above it.
	private Path resolved(Path path) throws IOException {
		if (!path.isAbsolute()) {
			this.problems.add("'" + path + "' is a relative path; what it names depends on who starts the helper");
		}
		Path absolute = path.toAbsolutePath().normalize();
		return Files.exists(absolute) ? absolute.toRealPath() : absolute;
	}

	// Follows a path as the system does, and looks at each directory and file on the way:
	// a link in the middle is as good as the directory that it is in.
	private void walk(Path path) throws IOException {
		Deque<Path> names = new ArrayDeque<>();
		path.forEach(names::addLast);
		Path at = path.getRoot();
		component(at, path);
		int links = 0;
		while (!names.isEmpty()) {
			Path name = names.removeFirst();
			if (name.toString().equals("..")) {
				at = (at.getParent() != null) ? at.getParent() : at;
				continue;
			}
			Path next = at.resolve(name);
			if (this.seen.contains(next)) {
				// no link, as only those that are none were looked at
				at = next;
			}
			else if (Files.isSymbolicLink(next)) {
				if (++links > MAX_LINKS) {
					throw new FileSystemLoopException(path.toString());
				}
				Path target = Files.readSymbolicLink(next);
				at = target.isAbsolute() ? target.getRoot() : at;
				Deque<Path> rest = names;
				names = new ArrayDeque<>();
				target.forEach(names::addLast);
				names.addAll(rest);
			}
			else if (Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
				component(next, path);
				at = next;
			}
			else {
				return;
			}
		}
	}

	private void component(Path component, Path path) throws IOException {
		if (!this.seen.add(component)) {
			return;
		}
		Map<String, Object> attributes;
		try {
			attributes = Files.readAttributes(component, "unix:mode,uid");
		}
		catch (NoSuchFileException ex) {
			return;
		}
		int mode = (Integer) Objects.requireNonNull(attributes.get("mode"), "mode");
		int uid = (Integer) Objects.requireNonNull(attributes.get("uid"), "uid");
		String whose = component.equals(path) ? "" : ", and so '" + path + "'";
		if (uid != 0) {
			this.problems.add("'" + component + "' belongs to user " + Integer.toUnsignedString(uid)
					+ ", who could change it" + whose);
		}
		else if ((mode & GROUP_OR_OTHERS_WRITE) != 0) {
			this.problems.add("'" + component + "' has mode " + Integer.toOctalString(mode & 07777)
					+ ", and others than root could change it" + whose);
		}
	}

}
