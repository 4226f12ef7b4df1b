package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.command.ApplicationJvm;
import io.privsep.trust.JvmTrust;

/**
 * The JVM that is to run the helpers.
 */
final class HelperJvm {

	private static final int OLDEST = 17;

	/** The system's own limit (path_resolution(7)). */
	private static final int MAX_LINKS = 40;

	private HelperJvm() {
	}

	/**
	 * Finds the JVM.
	 * @param java its program; {@code null} for that which runs this
	 * @return its program, in the directory that was named, though a link may lead there:
	 * whoever has named {@code /opt/jdk/bin/java} wants the JVM to which {@code /opt/jdk}
	 * leads at each start
	 * @throws IOException if the path cannot be resolved
	 * @throws InstallException if it is none, too old, or another than HotSpot
	 */
	static Path find(@Nullable Path java) throws IOException {
		Path program = (java != null) ? java : Path.of(System.getProperty("java.home"), "bin", "java");
		if (!Files.isExecutable(program)) {
			throw new InstallException(InstallException.USAGE, "'" + program + "' is no program");
		}
		Path named = named(program);
		// before any of it runs
		List<String> problems = JvmTrust.problems(named);
		if (!problems.isEmpty()) {
			throw new InstallException(InstallException.APPLICATION,
					"Helpers may only run what nobody but root can change: " + String.join("; ", problems));
		}
		String version = SystemCommand.run(named, List.of("-XX:-UsePerfData", "-version"));
		try {
			ApplicationJvm.requireHotSpot(version);
		}
		catch (IOException ex) {
			throw new InstallException(InstallException.USAGE,
					"'" + program + "' cannot run helpers: " + ex.getMessage());
		}
		String major = version.replaceFirst("(?s)^.*?version \"(\\d+).*$", "$1");
		if (!major.matches("\\d{1,4}") || Integer.parseInt(major) < OLDEST) {
			throw new InstallException(InstallException.USAGE,
					"'" + program + "' is not of version " + OLDEST + " or later");
		}
		return named;
	}

	// A link to the program itself, such as /usr/bin/java, does not lie in its JVM.
	private static Path named(Path program) throws IOException {
		Path named = program.toAbsolutePath().normalize();
		for (int i = 0; i < MAX_LINKS && Files.isSymbolicLink(named); i++) {
			named = named.resolveSibling(Files.readSymbolicLink(named)).normalize();
		}
		boolean isSame = Files.exists(named) && named.toRealPath().equals(program.toRealPath());
		return (isSame && !Files.isSymbolicLink(named)) ? named : program.toRealPath();
	}

}
