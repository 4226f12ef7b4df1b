package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The files that a JVM needs to run: parts of its home, what links in them lead to, and
 * the system's libraries that it is linked to, but for those of a desktop.
 *
 * @param directories the parts of its home that are directories
 * @param files single files, by the paths where the JVM looks for them: links among them
 * are not resolved, as an update of the system may have them lead elsewhere
 * @param programs files in the directories that are programs themselves
 */
record JvmFiles(List<Path> directories, SortedSet<Path> files, SortedSet<Path> programs) {

	/** Need a screen, a printer or a sound card. */
	private static final List<String> DESKTOP = List.of("libatk-wrapper.so", "libawt_xawt.so", "libjawt.so",
			"libjsound.so", "libsplashscreen.so");

	private static final Map<String, String> MULTIARCH = Map.of("amd64", "x86_64-linux-gnu", "aarch64",
			"aarch64-linux-gnu");

	private static final Map<Path, JvmFiles> KNOWN = new ConcurrentHashMap<>();

	/**
	 * The files of a JVM. They are looked for once.
	 * @param java its program, resolved
	 * @return the files
	 * @throws IOException if one cannot be read
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
		JvmFiles files = new JvmFiles(directories, new TreeSet<>(), new TreeSet<>());
		files.files.add(java);
		ElfFile program = ElfFile.read(java);
		if (program == null || program.interpreter() == null) {
			throw new IOException("'" + java + "' is not a program whose libraries could be found");
		}
		files.files.add(Path.of(program.interpreter()));
		Deque<ElfFile> open = new ArrayDeque<>(List.of(program));
		// those of its own it finds in its home
		Set<String> seen = new HashSet<>();
		for (Path directory : directories) {
			files.visit(directory, home, open, seen);
		}
		files.addLibraries(program.machine(), open, seen);
		return files;
	}

	private void visit(Path directory, Path home, Deque<ElfFile> open, Set<String> own) throws IOException {
		List<Path> paths;
		try (Stream<Path> walk = Files.walk(directory)) {
			paths = walk.filter((path) -> !Files.isDirectory(path) || Files.isSymbolicLink(path)).toList();
		}
		for (Path path : paths) {
			if (Files.isSymbolicLink(path)) {
				Path target = path.resolveSibling(Files.readSymbolicLink(path)).normalize();
				if (!target.startsWith(home) && Files.exists(target)) {
					this.files.add(target);
				}
			}
			boolean isLibrary = path.toString().endsWith(".so");
			if (isLibrary) {
				own.add(String.valueOf(path.getFileName()));
			}
			if ((isLibrary || Files.isExecutable(path)) && Files.isRegularFile(path) && !isForDesktop(path)) {
				ElfFile elf = ElfFile.read(path);
				if (elf != null && elf.interpreter() != null && !isLibrary) {
					this.programs.add(path);
				}
				else if (elf != null) {
					open.add(elf);
				}
			}
		}
	}

	private static boolean isForDesktop(Path path) {
		return DESKTOP.contains(String.valueOf(path.getFileName()));
	}

	// What is nowhere, nothing has needed so far.
	private void addLibraries(int machine, Deque<ElfFile> open, Set<String> seen) throws IOException {
		while (!open.isEmpty()) {
			for (String name : open.remove().needed()) {
				if (seen.add(name)) {
					Path library = library(name, machine);
					if (library != null) {
						this.files.add(library);
						open.add(Objects.requireNonNull(ElfFile.read(library)));
					}
				}
			}
		}
	}

	// Where the dynamic linker looks without being told (ld.so(8)).
	private static @Nullable Path library(String name, int machine) throws IOException {
		String multiarch = MULTIARCH.getOrDefault(System.getProperty("os.arch"), "");
		for (String directory : List.of("/usr/lib/" + multiarch, "/usr/lib64", "/lib/" + multiarch, "/lib64",
				"/usr/lib", "/lib")) {
			Path library = Path.of(directory, name);
			if (Files.isRegularFile(library)) {
				ElfFile elf = ElfFile.read(library);
				if (elf != null && elf.machine() == machine) {
					return library;
				}
			}
		}
		return null;
	}

}
