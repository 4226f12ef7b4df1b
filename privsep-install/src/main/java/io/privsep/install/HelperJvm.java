package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.CodeTrust;

/**
 * The JVM that is to run the helpers.
 */
final class HelperJvm {

	private static final int OLDEST = 17;

	private HelperJvm() {
	}

	/**
	 * Finds the JVM.
	 * @param java its program; {@code null} for that which runs this
	 * @return its program, resolved
	 * @throws IOException if the path cannot be resolved
	 * @throws InstallException if it is none, or too old
	 */
	static Path find(@Nullable Path java) throws IOException {
		Path program = (java != null) ? java : Path.of(System.getProperty("java.home"), "bin", "java");
		if (!Files.isExecutable(program)) {
			throw new InstallException(InstallException.USAGE, "'" + program + "' is no program");
		}
		Path real = program.toRealPath();
		// before any of it runs
		Path home = Objects.requireNonNull(Objects.requireNonNull(real.getParent()).getParent());
		List<String> problems = new CodeTrust().tree(home).problems();
		if (!problems.isEmpty()) {
			throw new InstallException(InstallException.APPLICATION,
					"Helpers may only run what nobody but root can change: " + String.join("; ", problems));
		}
		String version = SystemCommand.run(real, List.of("-XX:-UsePerfData", "-version"));
		String major = version.replaceFirst("(?s)^.*?version \"(\\d+).*$", "$1");
		if (!major.matches("\\d{1,4}") || Integer.parseInt(major) < OLDEST) {
			throw new InstallException(InstallException.USAGE,
					"'" + program + "' is not of version " + OLDEST + " or later");
		}
		return real;
	}

}
