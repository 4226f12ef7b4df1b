package io.privsep.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.Sandbox;
import io.privsep.linux.Posix;

/**
 * Where the paths of a sandbox lead. They are resolved once: a link that someone puts in
 * their way later leads nowhere.
 */
public final class SandboxPaths {

	/** What a sandbox has of its own, or would not be one with. */
	private static final List<Path> RESERVED = List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

	/** What the group and all others may do with a directory. */
	private static final int OTHERS_WRITE = 0022;

	private final Map<String, Path> known = new HashMap<>();

	/**
	 * Resolves the paths of a sandbox.
	 * @param sandbox the sandbox
	 * @return where each leads
	 * @throws IOException if there is nothing, or not what there was before
	 */
	public synchronized Map<String, Source> resolve(Sandbox sandbox) throws IOException {
		Map<String, Source> sources = new HashMap<>();
		for (List<String> paths : List.of(sandbox.read(), sandbox.write())) {
			for (String path : paths) {
				requireGivable(Path.of(path));
				Source source = open(Path.of(path));
				Path before = this.known.putIfAbsent(path, source.path());
				if (before != null && !before.equals(source.path())) {
					throw new IOException("'" + path + "' led to '" + before + "' when the application was started, and"
							+ " leads to '" + source.path() + "' now");
				}
				sources.put(path, source);
			}
		}
		return sources;
	}

	// What is open has one path and one number, whatever is renamed meanwhile.
	private static Source open(Path path) throws IOException {
		int fd = Posix.openPath(path);
		try {
			Path opened = Path.of("/proc/self/fd", Integer.toString(fd));
			Path source = Files.readSymbolicLink(opened);
			requireAllowed(source);
			requireFileOrDirectory(opened);
			return new Source(source, number(opened));
		}
		finally {
			Posix.close(fd);
		}
	}

	static String number(Path path) throws IOException {
		Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino");
		return attributes.get("dev") + ":" + attributes.get("ino");
	}

	/**
	 * Where the paths of a sandbox lead now.
	 * @param sandbox the sandbox
	 * @return where each leads
	 * @throws IOException if one may not be given to a sandbox
	 */
	public static Map<String, Source> sources(Sandbox sandbox) throws IOException {
		return new SandboxPaths().resolve(sandbox);
	}

	/**
	 * Where those paths of a sandbox lead now that this process can see.
	 * @param sandbox the sandbox
	 * @return where each leads
	 */
	static Map<String, Source> visible(Sandbox sandbox) {
		Map<String, Source> visible = new HashMap<>();
		for (List<String> paths : List.of(sandbox.read(), sandbox.write())) {
			for (String path : paths) {
				try {
					visible.put(path, open(Path.of(path)));
				}
				catch (IOException ex) {
					// another process mounts it, with other rights
				}
			}
		}
		return visible;
	}

	/**
	 * Every place on the way to what a path leads to: its own directories, those of the
	 * links in it, and what these lead to.
	 * @param path the path, as it is configured
	 * @return the places, each in a directory without links
	 * @throws IOException with a sentence if the path may not be given to a sandbox
	 */
	public static List<Path> places(Path path) throws IOException {
		requireGivable(path);
		List<Path> places = new ArrayList<>();
		Deque<Path> names = new ArrayDeque<>();
		path.forEach(names::addLast);
		Path at = Objects.requireNonNull(path.getRoot());
		// it has an end, as it was resolved
		while (!names.isEmpty()) {
			Path place = at.resolve(names.removeFirst()).normalize();
			places.add(place);
			at = place;
			if (Files.isSymbolicLink(place)) {
				Path target = Files.readSymbolicLink(place);
				at = target.isAbsolute() ? Objects.requireNonNull(target.getRoot())
						: Objects.requireNonNull(place.getParent());
				Deque<Path> rest = names;
				names = new ArrayDeque<>();
				target.forEach(names::addLast);
				names.addAll(rest);
			}
		}
		return places;
	}

	/**
	 * Finds a directory on the way to what a path leads to in which someone other than
	 * root and one user could put something else.
	 * @param path the path, as it is configured
	 * @param user the user
	 * @return the directory, or {@code null} if there is none
	 * @throws IOException if the path may not be given to a sandbox, or not to an
	 * installed one
	 */
	public static @Nullable Path foreignPlace(Path path, int user) throws IOException {
		if (path.toString().indexOf('\n') >= 0) {
			throw new IOException("its wrapper has a line for each path");
		}
		for (Path place : places(path)) {
			Path directory = Objects.requireNonNull(place.getParent());
			int owner = (int) Files.getAttribute(directory, "unix:uid");
			int mode = (int) Files.getAttribute(directory, "unix:mode");
			if (owner != 0 && owner != user || (mode & OTHERS_WRITE) != 0) {
				return directory;
			}
		}
		return null;
	}

	/**
	 * Where a path of a sandbox leads.
	 * @param path the path, as it is configured
	 * @return what it leads to, without links
	 * @throws IOException with a sentence if it may not be given to a sandbox
	 */
	public static Path source(Path path) throws IOException {
		if (!path.isAbsolute() || !path.normalize().equals(path)) {
			throw new IOException("it must be an absolute path without '.' and '..'");
		}
		Path source;
		try {
			source = path.toRealPath();
		}
		catch (NoSuchFileException ex) {
			throw new IOException("there is no such file or directory", ex);
		}
		requireFileOrDirectory(source);
		requireAllowed(path);
		requireAllowed(source);
		return source;
	}

	private static void requireGivable(Path path) throws IOException {
		source(path);
	}

	private static void requireFileOrDirectory(Path path) throws IOException {
		if (!Files.isRegularFile(path) && !Files.isDirectory(path)) {
			throw new IOException(
					"it is neither a file nor a directory; what is written to a FIFO, a socket or a device"
							+ " leaves the sandbox, also where it may only be read");
		}
	}

	private static void requireAllowed(Path path) throws IOException {
		if (path.getParent() == null) {
			throw new IOException("all of the system is no sandbox");
		}
		for (Path reserved : RESERVED) {
			if (path.startsWith(reserved)) {
				throw new IOException("'" + reserved + "' of the system has no place in a sandbox, which has its own");
			}
		}
	}

	/**
	 * What a path of a sandbox leads to.
	 *
	 * @param path its path, without links
	 * @param number the numbers of its file system and its inode, by which the helper
	 * knows it
	 */
	public record Source(Path path, String number) {
	}

}
