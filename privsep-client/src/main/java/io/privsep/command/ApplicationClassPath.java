package io.privsep.command;

import java.io.IOException;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.JarClassPath;

/**
 * Where the code of this application lies: on the class path or the module path of its
 * JVM, or where a class loader takes it from, as in a web server.
 */
final class ApplicationClassPath {

	private static final String HELPER = "io/privsep/helper/Main.class";

	private ApplicationClassPath() {
	}

	/**
	 * Looks for the code.
	 * @param loader loads the application
	 * @return existing files and directories, resolved
	 * @throws IOException if there is no place from which a helper could run
	 */
	static List<Path> find(@Nullable ClassLoader loader) throws IOException {
		Set<Path> entries = new LinkedHashSet<>();
		if (!addUrls(loader, entries)) {
			List<Path> jar = ofJvm();
			if (!JavaCommand.isExecutableJar(jar)) {
				throw unknown(loader);
			}
			return jar;
		}
		for (ResolvedModule module : ModuleLayer.boot().configuration().modules()) {
			add(module.reference(), entries);
		}
		boolean isOfJvm = entries.isEmpty() && loader == ClassLoader.getSystemClassLoader();
		entries.addAll(ofJvm());
		List<Path> all = List.copyOf(entries);
		if (!isOfJvm && !hasHelper(all)) {
			throw unknown(loader);
		}
		return all;
	}

	private static IOException unknown(@Nullable ClassLoader loader) {
		// that of Tomcat describes itself in several lines
		String name = String.valueOf(loader).lines().findFirst().orElse("");
		return new IOException("the application is loaded by '" + name
				+ "', which does not tell from where; run it as an executable jar or war ('java -jar'), have the web"
				+ " server unpack the war, or set 'privsep.mode=in-process'");
	}

	private static List<Path> ofJvm() throws IOException {
		List<Path> entries = new ArrayList<>();
		for (Path entry : JarClassPath.split(System.getProperty("java.class.path"))) {
			if (Files.exists(entry)) {
				// the JVM must get no other file than the one that was looked at
				entries.add(entry.toRealPath());
			}
		}
		return entries;
	}

	private static boolean addUrls(@Nullable ClassLoader loader, Set<Path> entries) throws IOException {
		for (ClassLoader each = loader; each != null; each = each.getParent()) {
			if (each instanceof URLClassLoader urls) {
				for (URL url : urls.getURLs()) {
					if (!url.getProtocol().equals("file")) {
						return false;
					}
					add(uri(url), entries);
				}
			}
		}
		return true;
	}

	private static URI uri(URL url) throws IOException {
		try {
			return url.toURI();
		}
		catch (URISyntaxException ex) {
			throw new IOException("'" + url + "' names no file", ex);
		}
	}

	private static void add(ModuleReference module, Set<Path> entries) throws IOException {
		URI location = module.location().orElse(null);
		if (location != null && "file".equals(location.getScheme())) {
			add(location, entries);
		}
	}

	private static void add(URI location, Set<Path> entries) throws IOException {
		Path entry = Path.of(location);
		if (Files.exists(entry)) {
			entries.add(entry.toRealPath());
		}
	}

	private static boolean hasHelper(List<Path> entries) throws IOException {
		URL[] urls = new URL[entries.size()];
		for (int i = 0; i < urls.length; i++) {
			urls[i] = entries.get(i).toUri().toURL();
		}
		try (URLClassLoader loader = new URLClassLoader(urls, null)) {
			return loader.findResource(HELPER) != null;
		}
	}

}
