package io.privsep.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * A JDK to measure with.
 *
 * @param home where it is
 * @param version what it says it is
 */
record Jdk(Path home, String version) {

	static Jdk of(Path home) {
		try (InputStream in = Files.newInputStream(home.resolve("release"))) {
			Properties release = new Properties();
			release.load(in);
			return new Jdk(home, release.getProperty("JAVA_VERSION", "unknown").replace("\"", ""));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("'" + home + "' is not a JDK", ex);
		}
	}

	int feature() {
		return Integer.parseInt(this.version.replaceAll("\\D.*", ""));
	}

	boolean hasVirtualThreads() {
		return feature() >= 21;
	}

	@Override
	public String toString() {
		return "JDK " + feature();
	}

}
