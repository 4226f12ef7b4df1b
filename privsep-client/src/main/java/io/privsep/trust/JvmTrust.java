package io.privsep.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
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

	private JvmTrust() {
	}

	/**
	 * Where a helper looks for libraries, unless its options say otherwise: the
	 * directories that JVMs have themselves (os_linux.cpp of OpenJDK), and those that
	 * Debian adds.
	 * @return absolute paths, also of what does not exist
	 */
	public static List<Path> libraries() {
		String machine = System.getProperty("os.arch", "").replace("amd64", "x86_64") + "-linux-gnu";
		return List.of(Path.of("/usr/java/packages/lib"), Path.of("/usr/lib", machine, "jni"), Path.of("/lib", machine),
				Path.of("/usr/lib", machine), Path.of("/usr/lib/jni"), Path.of("/usr/lib64"), Path.of("/lib64"),
				Path.of("/lib"), Path.of("/usr/lib"));
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
		List<String> problems = new ArrayList<>(trust.problems());
		if (!isProgram(java)) {
			problems.add("'" + java + "' is a script, so that it is not known which JVM it runs");
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

}
