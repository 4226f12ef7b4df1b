package io.privsep.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.rights.Capability;

/**
 * Tells before the start whether a helper's user can read the code that the helper runs.
 */
public final class CodePath {

	private static final int READ = 4;

	private static final int SEARCH = 1;

	private CodePath() {
	}

	/**
	 * Requires that a helper can read its code.
	 * @param java how its JVM is started
	 * @param rights its rights
	 * @param fromRoot whether it also has to find it, in the directories that it lies in
	 * @throws UnreadableCodeException if it cannot
	 * @throws IOException if the system does not tell
	 */
	public static void requireReadable(JavaCommand java, Rights rights, boolean fromRoot) throws IOException {
		List<Path> paths = new ArrayList<>(java.classPath());
		paths.add(java.java());
		for (Path path : paths) {
			Path component = unreadable(path, rights, fromRoot);
			if (component != null) {
				throw new UnreadableCodeException(path, component, Integer.toUnsignedString(rights.uid()));
			}
		}
	}

	private static boolean isReadable(Path path, Rights rights) throws IOException {
		return unreadable(path, rights, true) == null;
	}

	/**
	 * Whether a helper can find and read files.
	 * @param paths the files
	 * @param rights its rights
	 * @return whether it can read all of them
	 * @throws IOException if the system does not tell
	 */
	public static boolean areReadable(Collection<Path> paths, Rights rights) throws IOException {
		for (Path path : paths) {
			if (!isReadable(path, rights) || !isReached(path, rights)) {
				return false;
			}
		}
		return true;
	}

	// As it is written, where links may be in the way.
	private static boolean isReached(Path path, Rights rights) throws IOException {
		for (Path directory = path.getParent(); directory != null; directory = directory.getParent()) {
			if (!may(directory, SEARCH, rights)) {
				return false;
			}
		}
		return true;
	}

	private static @Nullable Path unreadable(Path path, Rights rights, boolean fromRoot) throws IOException {
		if (rights.capabilities().contains(Capability.DAC_OVERRIDE)
				|| rights.capabilities().contains(Capability.DAC_READ_SEARCH)) {
			return null;
		}
		Path real = path.toRealPath();
		for (Path component = real; component != null; component = component.getParent()) {
			int needed = component.equals(real) ? READ | (Files.isDirectory(real) ? SEARCH : 0) : SEARCH;
			if (!may(component, needed, rights)) {
				return component;
			}
			if (!fromRoot) {
				return null;
			}
		}
		return null;
	}

	private static boolean may(Path path, int needed, Rights rights) throws IOException {
		Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,uid,gid");
		int mode = number(attributes, "mode");
		int gid = number(attributes, "gid");
		int granted;
		if (number(attributes, "uid") == rights.uid()) {
			granted = mode >> 6;
		}
		else if (gid == rights.gid() || rights.groups().contains(gid)) {
			granted = mode >> 3;
		}
		else {
			granted = mode;
		}
		return (granted & needed) == needed;
	}

	private static int number(Map<String, Object> attributes, String name) {
		return (Integer) Objects.requireNonNull(attributes.get(name), name);
	}

}
