package io.privsep.trust;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Looks whether someone other than root could change a helper's JVM, which takes its
 * files from beside its program, after all links, and the libraries that functions load
 * from {@link #libraries()}.
 */
public final class JvmTrust {

	private static final byte[] ELF = { 0x7f, 'E', 'L', 'F' };

	private static final String LIBRARY = "libjvm.so";

	private JvmTrust() {
	}

	/**
	 * Where a helper looks for libraries, unless its options say otherwise: the
	 * directories of the system that JVMs have themselves (os_linux.cpp of OpenJDK), and
	 * those that Debian adds.
	 * @return absolute paths, also of what does not exist; none where it is not Linux,
	 * and a helper looks where its JVM does
	 */
	public static List<Path> libraries() {
		if (!System.getProperty("os.name", "").equals("Linux")) {
			return List.of();
		}
		String machine = triplet(System.getProperty("os.arch", ""));
		return List.of(Path.of("/usr/lib", machine, "jni"), Path.of("/lib", machine), Path.of("/usr/lib", machine),
				Path.of("/usr/lib/jni"), Path.of("/usr/lib64"), Path.of("/lib64"), Path.of("/lib"),
				Path.of("/usr/lib"));
	}

	// Debian's name of it (wiki.debian.org/Multiarch/Tuples).
	private static String triplet(String machine) {
		return switch (machine) {
			case "amd64" -> "x86_64-linux-gnu";
			case "arm" -> "arm-linux-gnueabihf";
			case "ppc64le" -> "powerpc64le-linux-gnu";
			default -> machine + "-linux-gnu";
		};
	}

	/**
	 * Looks at a JVM.
	 * @param java its program, as it is named
	 * @return sentences, empty if only root can change it, and which one it is
	 * @throws IOException if the system does not tell
	 */
	public static List<String> problems(Path java) throws IOException {
		return problems(java, libraries());
	}

	static List<String> problems(Path java, List<Path> libraries) throws IOException {
		Path named = home(java);
		CodeTrust trust = new CodeTrust().path(java).tree(named);
		Path home = home(java.toRealPath());
		if (!home.equals(named.toRealPath())) {
			trust.tree(home);
		}
		for (Path directory : libraries) {
			trust.path(directory);
		}
		if (isMusl()) {
			// its JVMs add that to the places of all libraries
			trust.path(home.resolveSibling("lib"));
		}
		List<String> problems = new ArrayList<>(trust.problems());
		otherJvms(java, home).forEach((problem) -> problems.add(problem + ", and it is not known which JVM runs"));
		return problems;
	}

	/**
	 * Whether this system has musl in the place of glibc.
	 * @return whether it has its loader
	 */
	public static boolean isMusl() {
		String[] loaders = new File("/lib").list((directory, name) -> name.startsWith("ld-musl-"));
		return loaders != null && loaders.length > 0;
	}

	// The launcher takes its JVM from 'jre' or from a path in jvm.cfg as well, and a JVM
	// takes its files from where its library really is.
	private static List<String> otherJvms(Path java, Path home) throws IOException {
		List<String> problems = new ArrayList<>();
		if (!isProgram(java)) {
			problems.add("'" + java + "' is a script");
		}
		if (!home.resolve("bin").equals(java.toRealPath().getParent())) {
			problems.add("'" + java + "' leads to no directory 'bin' of a JVM");
		}
		if (!Files.exists(home.resolve("lib/libjava.so"))) {
			problems.add("there is no '" + home.resolve("lib/libjava.so") + "'");
		}
		Path types = home.resolve("lib/jvm.cfg");
		if (!Files.exists(types)) {
			problems.add("there is no '" + types + "'");
		}
		else if (Files.readAllLines(types, StandardCharsets.ISO_8859_1)
			.stream()
			.anyMatch((line) -> line.startsWith("-") && line.contains("/"))) {
			problems.add("'" + types + "' has a path");
		}
		for (Path library : virtualMachines(home)) {
			if (!Files.exists(library) || !library.toRealPath().equals(library)) {
				problems.add("'" + library + "' leads elsewhere");
			}
		}
		return problems;
	}

	/**
	 * The home of a JVM.
	 * @param java its program
	 * @return the directory that has its {@code bin} and {@code lib}
	 */
	public static Path home(Path java) {
		return Objects.requireNonNull(Objects.requireNonNull(java.getParent()).getParent());
	}

	private static boolean isProgram(Path java) throws IOException {
		try (InputStream in = Files.newInputStream(java)) {
			return Arrays.equals(in.readNBytes(ELF.length), ELF);
		}
	}

	// Of which it has one, as a rule.
	private static List<Path> virtualMachines(Path home) throws IOException {
		Path lib = home.resolve("lib");
		List<Path> found = new ArrayList<>();
		if (Files.isDirectory(lib)) {
			try (DirectoryStream<Path> directories = Files.newDirectoryStream(lib, Files::isDirectory)) {
				for (Path directory : directories) {
					if (Files.exists(directory.resolve(LIBRARY), LinkOption.NOFOLLOW_LINKS)) {
						found.add(directory.resolve(LIBRARY));
					}
				}
			}
		}
		return found.isEmpty() ? List.of(lib.resolve("server").resolve(LIBRARY)) : found;
	}

}
