package io.privsep.launch;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Looks for files that someone other than root could change, or put something else in the
 * place of: whoever can do that to a helper's code has the helper's rights.
 * <p>
 * Every component of a resolved path, up to {@code /}, has to be owned by root, and not
 * to be writable by its group or by others. A sticky bit does not count, and an access
 * control list shows in the bits of the group (acl(5)).
 */
public final class CodeTrust {

	private static final int GROUP_OR_OTHERS_WRITE = 022;

	private static final int MAX_PROBLEMS = 20;

	private final Set<Path> seen = new HashSet<>();

	private final Set<Path> jars = new LinkedHashSet<>();

	private final Set<String> problems = new LinkedHashSet<>();

	/**
	 * What was wrong with the paths so far.
	 * @return sentences, empty if only root can change what the paths name
	 */
	public List<String> problems() {
		return List.copyOf(this.problems);
	}

	/**
	 * Looks at one file or directory, and at all above it.
	 * @param path an absolute path
	 * @return this
	 * @throws IOException if the system does not tell
	 */
	public CodeTrust file(Path path) throws IOException {
		Path real = real(path);
		if (real != null) {
			chain(real, real);
		}
		return this;
	}

	/**
	 * Looks at a directory, at all in it and at all above it. Links in it are followed,
	 * as whoever uses it does.
	 * @param directory an absolute path
	 * @return this
	 * @throws IOException if the system does not tell
	 */
	public CodeTrust tree(Path directory) throws IOException {
		Path real = real(directory);
		if (real == null) {
			return this;
		}
		chain(real, real);
		Files.walkFileTree(real, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE,
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

					private FileVisitResult look(Path path) throws IOException {
						if (Files.isSymbolicLink(path)) {
							file(path);
						}
						else {
							component(path, path);
						}
						return (CodeTrust.this.problems.size() < MAX_PROBLEMS) ? FileVisitResult.CONTINUE
								: FileVisitResult.TERMINATE;
					}
				});
		return this;
	}

	/**
	 * Looks at a class path: at its jars, what their manifests add to it, and all in its
	 * directories.
	 * @param entries the entries, absolute paths
	 * @return this
	 * @throws IOException if the system does not tell
	 */
	public CodeTrust classPath(Collection<Path> entries) throws IOException {
		for (Path entry : entries) {
			if (Files.isDirectory(entry)) {
				tree(entry);
			}
			else {
				file(entry);
				if (Files.isRegularFile(entry) && this.jars.add(entry.toRealPath())) {
					classPath(manifestClassPath(entry));
				}
			}
		}
		return this;
	}

	/**
	 * What the manifest of a jar adds to the class path.
	 * @param jar the jar
	 * @return absolute paths, also of what does not exist
	 * @throws IOException if it is no jar
	 */
	public static List<Path> manifestClassPath(Path jar) throws IOException {
		List<Path> paths = new ArrayList<>();
		try (JarFile file = new JarFile(jar.toFile())) {
			Manifest manifest = file.getManifest();
			String classPath = (manifest != null) ? manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH)
					: null;
			if (classPath == null) {
				return paths;
			}
			// as the JDK's class loader does it: relative to the jar as it was named
			URI base = jar.toAbsolutePath().toUri();
			for (String entry : classPath.strip().split("\\s+")) {
				URI uri = entry.isEmpty() ? null : resolve(base, entry);
				if (uri != null && "file".equals(uri.getScheme()) && uri.getPath() != null) {
					paths.add(Path.of(uri.getPath()));
				}
			}
		}
		return paths;
	}

	private static URI resolve(URI base, String entry) throws IOException {
		try {
			return base.resolve(entry);
		}
		catch (IllegalArgumentException ex) {
			throw new IOException("the Class-Path of its manifest has '" + entry + "', which is no URI", ex);
		}
	}

	private Path real(Path path) throws IOException {
		if (!path.isAbsolute()) {
			this.problems.add("'" + path + "' is a relative path; what it names depends on who starts the helper");
			return path.toAbsolutePath().normalize();
		}
		// what does not exist can be made by whoever may write above it
		Path existing = path;
		while (true) {
			try {
				return existing.toRealPath();
			}
			catch (NoSuchFileException ex) {
				if (Files.isSymbolicLink(existing)) {
					existing = existing.resolveSibling(Files.readSymbolicLink(existing)).normalize();
				}
				else {
					existing = Objects.requireNonNull(existing.getParent(), "/ exists");
				}
			}
		}
	}

	private void chain(Path component, Path path) throws IOException {
		for (Path each = component; each != null; each = each.getParent()) {
			component(each, path);
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
					+ ", so that others than root could change it" + whose);
		}
	}

	/**
	 * Splits a class path as the JVM does.
	 * @param classPath the class path
	 * @return its entries, as they are written
	 */
	public static List<Path> split(String classPath) {
		List<Path> paths = new ArrayList<>();
		for (String entry : classPath.split(File.pathSeparator)) {
			if (!entry.isEmpty()) {
				paths.add(Path.of(entry));
			}
		}
		return paths;
	}

}
