package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.privsep.launch.JarClassPath;

/**
 * The jars of a class path, with those that their manifests add. To know what a jar adds
 * it has to be opened, which is done once for all contexts.
 */
final class ClassPathFiles {

	/** What jars add, by their paths and stamps. */
	private static final Map<String, List<Path>> ADDED = new ConcurrentHashMap<>();

	private ClassPathFiles() {
	}

	/**
	 * Finds them.
	 * @param classPath the class path, resolved
	 * @return the jars that there are, in the order in which classes are looked for
	 * @throws IOException if one cannot be read
	 */
	static List<Path> of(List<Path> classPath) throws IOException {
		Set<Path> files = new LinkedHashSet<>();
		for (Path entry : classPath) {
			add(entry, files);
		}
		return new ArrayList<>(files);
	}

	private static void add(Path entry, Set<Path> files) throws IOException {
		if (!Files.isRegularFile(entry) || !files.add(entry)) {
			return;
		}
		String key = entry + " " + ArchiveKey.stamp(entry);
		List<Path> added = ADDED.get(key);
		if (added == null) {
			added = JarClassPath.of(entry);
			ADDED.put(key, added);
		}
		for (Path more : added) {
			add(more, files);
		}
	}

}
