package io.privsep.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.privsep.trust.CodeTrust;

/**
 * The programs that start a helper, by their absolute paths: the application's
 * {@code PATH} has no say in what runs with rights.
 */
public final class Tools {

	/** The system's own come first. */
	public static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";

	private Tools() {
	}

	/**
	 * Finds a program of the system: the first in {@link #PATH}, in /usr/local only where
	 * it is root's alone.
	 * @param name its name, without a directory
	 * @return its path
	 * @throws MissingToolException if there is none
	 */
	public static Path find(String name) {
		return Stream.of(PATH.split(":"))
			.map((directory) -> Path.of(directory, name))
			.filter(Tools::isUsable)
			.findFirst()
			.orElseThrow(() -> new MissingToolException(List.of(name)));
	}

	/**
	 * Whether there is a program of the system.
	 * @param name its name, without a directory
	 * @return whether there is
	 */
	public static boolean exists(String name) {
		return Stream.of(PATH.split(":")).anyMatch((directory) -> isUsable(Path.of(directory, name)));
	}

	// In some systems a group may write to /usr/local.
	private static boolean isUsable(Path program) {
		try {
			return Files.isExecutable(program)
					&& (!program.startsWith("/usr/local") || new CodeTrust().file(program).problems().isEmpty());
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Requires programs of the system.
	 * @param names their names, without directories
	 * @throws MissingToolException if one is missing
	 */
	public static void require(String... names) {
		List<String> missing = Stream.of(names).filter((name) -> !exists(name)).toList();
		if (!missing.isEmpty()) {
			throw new MissingToolException(missing);
		}
	}

}
