package io.privsep.definition;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;

/**
 * What a jar adds to the class path that it is on.
 */
public final class JarClassPath {

	/** JDKs before 22 follow it. */
	private static final String INDEX = "META-INF/INDEX.LIST";

	private JarClassPath() {
	}

	/**
	 * Splits a class path as the JVM does.
	 * @param classPath the class path
	 * @return its entries, as they are written
	 */
	public static List<Path> split(String classPath) {
		List<Path> paths = new ArrayList<>();
		for (String entry : classPath.split(File.pathSeparator)) {
			if (!entry.isEmpty()) {
				paths.add(Path.of(entry));
			}
		}
		return paths;
	}

	/**
	 * A class path with what its jars add, and what these do.
	 * @param entries the entries of the class path
	 * @return the entries, and further ones that exist
	 * @throws IOException if a jar cannot be read, or adds something else than files
	 */
	public static List<Path> all(List<Path> entries) throws IOException {
		Set<Path> all = new LinkedHashSet<>();
		Deque<Path> open = new ArrayDeque<>(entries);
		while (!open.isEmpty()) {
			Path entry = open.removeFirst();
			// what is installed is not yet in its place
			if (all.add(entry) && Files.isRegularFile(entry)) {
				try {
					for (Path added : of(entry)) {
						if (Files.exists(added)) {
							open.addLast(added);
						}
					}
				}
				catch (ZipException ex) {
					// no jar, which adds nothing
				}
			}
		}
		return List.copyOf(all);
	}

	/**
	 * Reads what a jar adds, by its manifest's {@code Class-Path} and by its index.
	 * @param jar absolute path of the jar
	 * @return absolute paths, also of what does not exist
	 * @throws IOException if it is no jar, or adds something else than files
	 */
	public static List<Path> of(Path jar) throws IOException {
		List<Path> paths = new ArrayList<>();
		// signatures are nobody's concern here
		try (JarFile file = new JarFile(jar.toFile(), false)) {
			Manifest manifest = file.getManifest();
			String classPath = (manifest != null) ? manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH)
					: null;
			if (classPath != null) {
				StringTokenizer entries = new StringTokenizer(classPath);
				while (entries.hasMoreTokens()) {
					add(jar, entries.nextToken(), paths);
				}
			}
			JarEntry index = file.getJarEntry(INDEX);
			if (index != null) {
				try (InputStream in = file.getInputStream(index)) {
					addIndex(jar, new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)), paths);
				}
			}
		}
		return paths;
	}

	// In it a jar follows each empty line, and then its packages; for JDKs a jar is what
	// ends so.
	private static void addIndex(Path jar, BufferedReader index, List<Path> paths) throws IOException {
		boolean isJar = false;
		for (String line = index.readLine(); line != null; line = index.readLine()) {
			if (line.endsWith(".jar") || isJar && !line.isBlank()) {
				add(jar, line.strip(), paths);
			}
			isJar = line.isBlank();
		}
	}

	// As the JDK does it, in jdk.internal.loader.URLClassPath: relative to the jar as it
	// was named, by the rules of URLs, and nothing but files.
	private static void add(Path jar, String entry, List<Path> paths) throws IOException {
		int colon = entry.indexOf(':');
		if (entry.isEmpty() || (colon >= 0 && !entry.substring(0, colon).equalsIgnoreCase("file"))) {
			return;
		}
		try {
			URL url = new URL(jar.toUri().toURL(), entry);
			if (!url.getHost().isEmpty() || url.getQuery() != null || url.getRef() != null) {
				throw new IOException("'" + jar + "' adds '" + entry + "' to the class path, which is no file");
			}
			paths.add(Path.of(url.toURI().getPath()));
		}
		catch (URISyntaxException | IllegalArgumentException ex) {
			throw new IOException("'" + jar + "' adds '" + entry + "' to the class path, which is no path", ex);
		}
	}

}
