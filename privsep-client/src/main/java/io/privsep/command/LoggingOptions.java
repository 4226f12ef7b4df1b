package io.privsep.command;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Options that lead what functions and libraries log to the helper's own provider.
 * <p>
 * The class path is the application's, whose logging systems must not run with the
 * helper's rights, nor obey any file: they open what that names. Every facade ends in
 * SLF4J, and so in the helper's provider; or on standard error (Log4j's without its
 * bridge to SLF4J); or nowhere.
 */
final class LoggingOptions {

	private static final List<String> ALWAYS = List.of("-Dorg.jboss.logging.provider=slf4j",
			"-Dorg.apache.commons.logging.LogFactory=org.apache.commons.logging.impl.Slf4jLogFactory",
			"-Dorg.apache.logging.log4j.simplelog.logFile=system.err",
			"-Dorg.apache.logging.log4j.simplelog.level=WARN", "-Dlog4j.defaultInitOverride=true",
			"-Djava.util.logging.config.file=/dev/null");

	private static final String LOG4J = "-Dlog4j2.loggerContextFactory=";

	private static final String SIMPLE = "org.apache.logging.log4j.simple.SimpleLoggerContextFactory";

	private static final String BRIDGE = "org.apache.logging.slf4j.SLF4JLoggerContextFactory";

	private LoggingOptions() {
	}

	/**
	 * The options.
	 * @param classPath what the helper runs from
	 * @return the options, a word each
	 */
	static List<String> of(List<Path> classPath) {
		return Stream.concat(ALWAYS.stream(), Stream.of(LOG4J + (hasBridge(classPath) ? BRIDGE : SIMPLE))).toList();
	}

	// Where the application has none, its helper has none either. Where Log4j's API did
	// not
	// find the bridge that it is told of, it would take Log4j itself.
	private static boolean hasBridge(List<Path> classPath) {
		String file = BRIDGE.replace('.', '/') + ".class";
		URL url = LoggingOptions.class.getClassLoader().getResource(file);
		// an executable jar, or one that names the others
		return url != null && (classPath.size() == 1 || classPath.stream().anyMatch((entry) -> has(entry, url, file)));
	}

	private static boolean has(Path entry, URL url, String file) {
		return Files.isDirectory(entry) ? Files.exists(entry.resolve(file))
				// it may be a copy of the one that the application has
				: url.getPath().endsWith("/" + entry.getFileName() + "!/" + file);
	}

}
