package io.privsep.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/**
 * What an executable jar has on its class path, in its order: the application's classes,
 * which become one jar, and the libraries, which that names in its manifest.
 */
final class JarContent {

	private static final String PROVIDED = "WEB-INF/lib-provided/";

	private static final int BUFFER = 1 << 18;

	/**
	 * Everyone reads them, who gets into the directory. In Linux, the sticky bit says to
	 * systemd-tmpfiles(8) that a file is in use, however old it is.
	 */
	private static final int MODE = System.getProperty("os.name").equals("Linux") ? 01444 : 0444;

	private JarContent() {
	}

	/**
	 * Unpacks an executable jar.
	 * @param jar the jar
	 * @param directory an empty directory
	 * @return the jar to run, and those that it adds to the class path
	 * @throws IOException if it cannot be read or written
	 */
	static List<Path> unpack(Path jar, Path directory) throws IOException {
		List<Path> files = new ArrayList<>();
		Path application = directory.resolve("app.jar");
		files.add(application);
		// signatures are nobody's concern here
		try (JarFile source = new JarFile(jar.toFile(), false)) {
			Attributes attributes = source.getManifest().getMainAttributes();
			String classes = prefix(attributes, "Spring-Boot-Classes", "BOOT-INF/classes/");
			String libraries = prefix(attributes, "Spring-Boot-Lib", "BOOT-INF/lib/");
			List<String> classPath = new ArrayList<>();
			Path target = Files.createDirectory(directory.resolve("lib"));
			byte[] buffer = new byte[BUFFER];
			for (JarEntry entry : Collections.list(source.entries())) {
				String name = entry.getName();
				if (!entry.isDirectory() && (name.startsWith(libraries) || name.startsWith(PROVIDED))) {
					Path library = target.resolve(name.substring(name.lastIndexOf('/') + 1));
					try (InputStream in = source.getInputStream(entry);
							OutputStream out = Files.newOutputStream(library, StandardOpenOption.CREATE_NEW)) {
						copy(in, out, buffer);
					}
					files.add(library);
					classPath.add("lib/" + encoded(Objects.requireNonNull(library.getFileName()).toString()));
				}
			}
			writeClasses(source, classes, application, classPath, buffer);
		}
		Files.setAttribute(directory.resolve("lib"), "unix:mode", 0755);
		for (Path file : files) {
			Files.setAttribute(file, "unix:mode", MODE);
		}
		return files;
	}

	private static String prefix(Attributes attributes, String name, String otherwise) {
		String prefix = attributes.getValue(name);
		return (prefix != null) ? prefix : otherwise;
	}

	// Not compressed, as they are read at once.
	private static void writeClasses(JarFile source, String prefix, Path target, List<String> classPath, byte[] buffer)
			throws IOException {
		Manifest manifest = new Manifest(source.getManifest());
		manifest.getMainAttributes().remove(Attributes.Name.MAIN_CLASS);
		manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", classPath));
		try (OutputStream file = Files.newOutputStream(target);
				JarOutputStream out = new JarOutputStream(file, manifest)) {
			for (JarEntry entry : Collections.list(source.entries())) {
				String name = entry.getName();
				if (name.length() > prefix.length() && name.startsWith(prefix)
						&& !name.endsWith(JarFile.MANIFEST_NAME)) {
					ZipEntry stored = new ZipEntry(name.substring(prefix.length()));
					stored.setMethod(ZipEntry.STORED);
					stored.setSize(entry.getSize());
					stored.setCrc(entry.getCrc());
					out.putNextEntry(stored);
					try (InputStream in = source.getInputStream(entry)) {
						copy(in, out, buffer);
					}
				}
			}
		}
	}

	private static void copy(InputStream in, OutputStream out, byte[] buffer) throws IOException {
		for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
			out.write(buffer, 0, read);
		}
	}

	// A manifest has the addresses of jars, in which not all characters may stand.
	private static String encoded(String name) throws IOException {
		try {
			return new URI(null, null, "/" + name, null).getRawPath().substring(1);
		}
		catch (URISyntaxException ex) {
			throw new IOException("'" + name + "' is no name of a library", ex);
		}
	}

}
