package io.privsep.context;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Tells one build of an application from another: an installed helper runs the code that
 * was installed, which an upgrade of the application alone does not change.
 * <p>
 * It covers all classes of the directories or jars that have privileged beans in them, in
 * whatever layout they run, and no libraries.
 */
final class ApplicationBuild {

	private static final int BUFFER = 1 << 16;

	private ApplicationBuild() {
	}

	/**
	 * Digests the classes.
	 * @param beans classes of the privileged beans
	 * @return the SHA-256 of all classes beside them, in hexadecimal digits
	 */
	static String digest(Collection<Class<?>> beans) {
		try {
			TreeSet<String> roots = new TreeSet<>();
			for (Class<?> bean : beans) {
				roots.add(root(bean));
			}
			Map<String, byte[]> digests = new TreeMap<>();
			PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
			for (String root : roots) {
				for (Resource resource : resolver.getResources(root + "**/*.class")) {
					digests.put(resource.getURL().toString().substring(root.length()), digest(resource));
				}
			}
			MessageDigest all = sha256();
			digests.forEach((name, digest) -> {
				all.update((name + "\n").getBytes(StandardCharsets.UTF_8));
				all.update(digest);
			});
			return HexFormat.of().formatHex(all.digest());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The classes of the application cannot be read", ex);
		}
	}

	private static String root(Class<?> bean) throws IOException {
		String file = bean.getName().replace('.', '/') + ".class";
		URL url = bean.getResource("/" + file);
		if (url == null || !url.toString().endsWith(file)) {
			throw new IOException("'" + file + "' is not where '" + bean.getName() + "' comes from: " + url);
		}
		return url.toString().substring(0, url.toString().length() - file.length());
	}

	private static byte[] digest(Resource resource) throws IOException {
		MessageDigest digest = sha256();
		byte[] buffer = new byte[BUFFER];
		try (InputStream in = resource.getInputStream()) {
			int read = in.read(buffer);
			while (read >= 0) {
				digest.update(buffer, 0, read);
				read = in.read(buffer);
			}
		}
		return digest.digest();
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
