package io.privsep.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Makes fresh directories that only this user can enter, in the first place that is good
 * for it: a container may have no {@code /tmp}, one that cannot be written, or one that
 * nothing can be run from.
 */
public final class TemporaryDirectory {

	/** After that of the JVM. Each is a usual place that may be in memory. */
	private static final List<String> PLACES = List.of("/tmp", "/var/tmp", "/dev/shm", "/run");

	private static final String PREFIX = "privsep-";

	/** With the name of a socket, the limit of the system is 103 bytes (unix(7)). */
	private static final int LONGEST = 98;

	private static final FileAttribute<?> PROGRAM = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

	private TemporaryDirectory() {
	}

	/**
	 * Makes a directory for a socket.
	 * @return the directory
	 * @throws TemporaryDirectoryException if there is no place for it
	 */
	public static Path make() throws TemporaryDirectoryException {
		return make(places(System.getProperty("java.io.tmpdir")), Use.SOCKET);
	}

	/**
	 * Makes a directory for a socket that is named by its path.
	 * @return the directory, whose path is short enough
	 * @throws TemporaryDirectoryException if there is no place for it
	 */
	public static Path makeWithShortPath() throws TemporaryDirectoryException {
		return make(places(System.getProperty("java.io.tmpdir")), Use.SOCKET_BY_PATH);
	}

	/**
	 * Makes a directory for code that is to be run.
	 * @param chosen where to; {@code null} if that is not chosen
	 * @return the directory
	 * @throws TemporaryDirectoryException if there is no place for it
	 */
	static Path makeForCode(@Nullable String chosen) throws TemporaryDirectoryException {
		return make((chosen != null) ? Set.of(chosen) : places(System.getProperty("java.io.tmpdir")), Use.CODE);
	}

	private static Set<String> places(@Nullable String first) {
		Set<String> places = new LinkedHashSet<>();
		if (first != null) {
			places.add(first);
		}
		places.addAll(PLACES);
		String own = System.getenv("XDG_RUNTIME_DIR");
		if (own != null && own.startsWith("/")) {
			places.add(own);
		}
		return places;
	}

	static Path make(Set<String> places, Use use) throws TemporaryDirectoryException {
		List<String> problems = new ArrayList<>();
		for (String place : places) {
			try {
				Path directory = Files.createTempDirectory(Path.of(place), PREFIX);
				String problem = problem(directory, use);
				if (problem.isEmpty()) {
					return directory;
				}
				Files.delete(directory);
				problems.add("'" + place + "' (" + problem + ")");
			}
			catch (IOException ex) {
				problems.add("'" + place + "' (" + reason(Path.of(place), ex) + ")");
			}
		}
		throw new TemporaryDirectoryException(problems, use == Use.CODE);
	}

	// By themselves some of these exceptions say nothing but the path.
	private static String reason(Path place, IOException ex) {
		if (ex instanceof FileSystemException failure && failure.getReason() != null) {
			return failure.getReason();
		}
		if (!Files.isDirectory(place)) {
			return "there is no such directory";
		}
		return (ex instanceof AccessDeniedException) ? "the application may not write there" : ex.toString();
	}

	private static String problem(Path directory, Use use) throws IOException {
		return switch (use) {
			case SOCKET -> "";
			case SOCKET_BY_PATH -> hasShortPath(directory) ? "" : "its path is too long for a socket";
			case CODE -> isRunnable(directory) ? "" : "nothing can be run from it: noexec";
		};
	}

	/**
	 * Whether the path of a socket in a directory is not too long.
	 * @param directory the directory
	 * @return whether it is short enough
	 */
	static boolean hasShortPath(Path directory) {
		return directory.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST;
	}

	// The system says of no file that it may be run where it is mounted noexec
	// (access(2)).
	private static boolean isRunnable(Path directory) throws IOException {
		Path program = Files.createFile(directory.resolve("x"), PROGRAM);
		try {
			return Files.isExecutable(program);
		}
		finally {
			Files.delete(program);
		}
	}

	/** What a directory is for. */
	enum Use {

		/** A socket, which can be reached otherwise than by its path. */
		SOCKET,

		/** A socket that is reached by its path. */
		SOCKET_BY_PATH,

		/** Code that is run. */
		CODE

	}

}
