package io.privsep.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The files that a JVM needs to run: parts of its home, what links in them lead to, and
 * the system's libraries and locale.
 *
 * @param directories the parts of its home that are directories, the library directories
 * of the system, and its locale
 * @param files single files, by the paths where the JVM looks for them: links among them
 * are not resolved, as an update of the system may have them lead elsewhere
 */
record JvmFiles(List<Path> directories, SortedSet<Path> files) {

	private static final Map<String, String> MULTIARCH = Map.of("amd64", "x86_64-linux-gnu", "aarch64",
			"aarch64-linux-gnu");

	/**
	 * The locale of helpers, by its names in glibc: without it, no file name has another
	 * character than those of ASCII.
	 */
	private static final List<String> LOCALES = List.of("/usr/lib/locale/C.utf8", "/usr/lib/locale/C.UTF-8");

	private static final Map<Path, JvmFiles> KNOWN = new ConcurrentHashMap<>();

	/**
	 * The files of a JVM. They are looked for once.
	 * @param java its program, resolved
	 * @return the files
	 * @throws IOException if a directory cannot be read
	 */
	static JvmFiles of(Path java) throws IOException {
		JvmFiles files = KNOWN.get(java);
		if (files == null) {
			files = find(java);
			KNOWN.put(java, files);
		}
		return files;
	}

	private static JvmFiles find(Path java) throws IOException {
		Path home = Objects.requireNonNull(Objects.requireNonNull(java.getParent()).getParent());
		List<Path> directories = Stream.of("lib", "conf").map(home::resolve).filter(Files::isDirectory).toList();
		SortedSet<Path> files = new TreeSet<>(List.of(java));
		for (Path directory : directories) {
			addLinked(directory, home, files);
		}
		addLinkers(files);
		List<Path> all = new ArrayList<>(directories);
		all.addAll(libraryDirectories());
		LOCALES.stream().map(Path::of).filter(Files::isDirectory).forEach(all::add);
		return new JvmFiles(List.copyOf(all), files);
	}

	private static void addLinked(Path directory, Path home, SortedSet<Path> files) throws IOException {
		List<Path> links;
		try (Stream<Path> walk = Files.walk(directory)) {
			links = walk.filter(Files::isSymbolicLink).toList();
		}
		for (Path link : links) {
			Path target = link.resolveSibling(Files.readSymbolicLink(link)).normalize();
			if (!target.startsWith(home) && Files.exists(target)) {
				files.add(target);
			}
		}
	}

	// On some machines it lies beside the library directories (ld.so(8)).
	private static void addLinkers(SortedSet<Path> files) throws IOException {
		if (Files.isDirectory(Path.of("/lib"))) {
			try (DirectoryStream<Path> linkers = Files.newDirectoryStream(Path.of("/lib"), "ld-*.so*")) {
				linkers.forEach((linker) -> {
					if (Files.isRegularFile(linker)) {
						files.add(linker);
					}
				});
			}
		}
	}

	/**
	 * Where the dynamic linker looks without being told (ld.so(8)): the directories that
	 * have little else than libraries, if the system has such.
	 */
	private static List<Path> libraryDirectories() {
		String multiarch = MULTIARCH.getOrDefault(System.getProperty("os.arch"), "");
		List<String> directories = List.of("/usr/lib", "/lib", "/lib64");
		if (!multiarch.isEmpty() && Files.isDirectory(Path.of("/usr/lib", multiarch))) {
			directories = List.of("/usr/lib/" + multiarch, "/lib/" + multiarch, "/lib64");
		}
		else if (Files.isDirectory(Path.of("/usr/lib64"), LinkOption.NOFOLLOW_LINKS)) {
			directories = List.of("/usr/lib64", "/lib64");
		}
		return directories.stream().map(Path::of).filter(Files::isDirectory).toList();
	}

}
