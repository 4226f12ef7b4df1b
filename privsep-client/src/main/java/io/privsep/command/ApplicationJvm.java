package io.privsep.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

import org.jspecify.annotations.Nullable;

/**
 * The JVM that the application runs on, with which its own helpers are started. It may be
 * updated or removed while the application runs.
 */
public final class ApplicationJvm {

	/** Why there are no helpers of a native image. */
	public static final String NATIVE_IMAGE = "helpers need a JVM, and a native image has none;"
			+ " run the application on a JVM";

	private ApplicationJvm() {
	}

	/**
	 * Its program.
	 * @return the path, resolved
	 * @throws IOException with a sentence if there is none, or helpers need another one
	 */
	static Path program() throws IOException {
		requireHotSpot(System.getProperty("java.vm.name", ""));
		return program(System.getProperty("java.home"));
	}

	static Path program(@Nullable String home) throws IOException {
		if (home == null) {
			throw new RefusedStartException(NATIVE_IMAGE);
		}
		Path java = Path.of(home, "bin", "java");
		if (!Files.isDirectory(Path.of(home))) {
			throw new IOException("the JVM that the application runs on is gone: there is no '" + home
					+ "' any more, as after an update; restart the application");
		}
		if (!Files.isExecutable(java)) {
			throw new IOException("there is no program '" + java + "', which the application itself was started with;"
					+ " install the JVM again, and restart the application");
		}
		return java.toRealPath();
	}

	/**
	 * Requires that a JVM is HotSpot. Others have no options, or others, for what keeps
	 * strangers out of a helper, and ends it where it has no memory left.
	 * @param name what it calls itself: its {@code java.vm.name}, or what
	 * {@code java -version} prints
	 * @throws IOException if it is not
	 */
	public static void requireHotSpot(String name) throws IOException {
		if (name.contains("J9")) {
			throw new RefusedStartException(
					"helpers need HotSpot, the JVM of OpenJDK, such as Temurin's or a distribution's;"
							+ " OpenJ9 has no options to keep others out of a helper");
		}
	}

	/**
	 * Whether the JVM is another one now than the application runs on.
	 * @return a sentence, empty if it is not, or nobody knows
	 */
	public static String change() {
		return change(Path.of(System.getProperty("java.home", "/")), System.getProperty("java.runtime.version", ""));
	}

	static String change(Path home, String runs) {
		Properties release = new Properties();
		try (InputStream in = Files.newInputStream(home.resolve("release"))) {
			release.load(in);
		}
		catch (IOException | IllegalArgumentException ex) {
			return "";
		}
		String version = release.getProperty("JAVA_RUNTIME_VERSION", "").replace("\"", "");
		return (version.isEmpty() || version.equals(runs)) ? "" : "the JVM in '" + home + "' was updated to " + version
				+ ", and the application still runs on " + runs + ": restart the application";
	}

}
