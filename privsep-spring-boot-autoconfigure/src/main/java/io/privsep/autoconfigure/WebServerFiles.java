package io.privsep.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.LogFile;
import org.springframework.core.env.PropertyResolver;

import io.privsep.linux.TemporaryTree;

/**
 * What the web server has made while the application was root: it becomes the user's when
 * root is dropped, or else a warning says what cannot work.
 * <p>
 * A web server makes its directories when it is created, before the drop: a base
 * directory (Tomcat, with its work directory, uploads and access logs) or a temporary one
 * (Jetty), and an empty document root. Where nothing else is configured they are new ones
 * in the directory for temporary files. What is configured belongs to whoever has
 * configured it.
 */
final class WebServerFiles {

	private static final Logger logger = LoggerFactory.getLogger(WebServerFiles.class);

	/** As Spring Boot begins the names of what it has made for Tomcat and Jetty. */
	private static final List<String> NAMES = List.of("tomcat.", "tomcat-docbase.", "jetty-");

	private final ServletContext servletContext;

	private final @Nullable MultipartConfigElement multipart;

	private final boolean hasSessions;

	private final PropertyResolver properties;

	/**
	 * Makes an overview of the files.
	 * @param servletContext the context of the web server
	 * @param multipart where uploads go to, if there are any
	 * @param hasSessions whether the web server has sessions
	 * @param properties the application's properties
	 */
	WebServerFiles(ServletContext servletContext, @Nullable MultipartConfigElement multipart, boolean hasSessions,
			PropertyResolver properties) {
		this.servletContext = servletContext;
		this.multipart = multipart;
		this.hasSessions = hasSessions;
		this.properties = properties;
	}

	/**
	 * Gives away what was made, as the last thing that is done as root.
	 * @param uid the user who gets it
	 * @param gid the group that gets it
	 */
	void give(int uid, int gid) {
		try {
			for (TemporaryTree tree : trees()) {
				tree.give(uid, gid);
				logger.debug("'{}' belongs to user {} now", tree.top(), Integer.toUnsignedString(uid));
			}
		}
		catch (IOException ex) {
			// as without CAP_CHOWN; what cannot work is warned of
			logger.debug("The web server's directories cannot be given to the user", ex);
		}
	}

	private Set<TemporaryTree> trees() throws IOException {
		Set<TemporaryTree> trees = new LinkedHashSet<>();
		Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
		for (Path directory : directories()) {
			Optional<TemporaryTree> tree = TemporaryTree.of(directory, temporary);
			tree.filter(WebServerFiles::isOfWebServer).ifPresent(trees::add);
		}
		return trees;
	}

	// A base directory that is configured is used again by the next root.
	private List<Path> directories() {
		List<Path> directories = new ArrayList<>();
		if (this.properties.getProperty("server.tomcat.basedir") == null) {
			directories.add(temporaryDirectory());
		}
		String root = this.servletContext.getRealPath("/");
		if (root != null) {
			directories.add(Path.of(root));
		}
		return directories;
	}

	private static boolean isOfWebServer(TemporaryTree tree) {
		String name = Objects.requireNonNull(tree.top().getFileName()).toString();
		return NAMES.stream().anyMatch(name::startsWith);
	}

	private Path temporaryDirectory() {
		return ((File) Objects.requireNonNull(this.servletContext.getAttribute(ServletContext.TEMPDIR))).toPath();
	}

	/**
	 * Warns of what will fail, or is not safe; the application is the user already.
	 * @param uid the user
	 */
	void warn(int uid) {
		String user = Integer.toUnsignedString(uid);
		if (this.multipart != null) {
			Path uploads = temporaryDirectory().resolve(this.multipart.getLocation());
			if (!Files.isWritable(existing(uploads))) {
				logger.warn("Uploads will fail, as user {} may not write to '{}'. Set"
						+ " 'spring.servlet.multipart.location' to a directory of that user", user, uploads);
			}
		}
		LogFile log = LogFile.get(this.properties);
		if (log != null) {
			warnOfLog(user, log.toString(), "logging.file.*");
		}
		if (this.properties.getProperty("server.tomcat.accesslog.enabled", Boolean.class, false)) {
			Path directory = Path.of(this.properties.getProperty("server.tomcat.accesslog.directory", "logs"));
			String base = this.properties.getProperty("server.tomcat.basedir");
			if (base != null || directory.isAbsolute()) {
				warnOfLog(user, Path.of(Objects.requireNonNullElse(base, "")).resolve(directory).toString(),
						"server.tomcat.accesslog.*");
			}
		}
		if (this.hasSessions
				&& this.properties.getProperty("server.servlet.session.persistent", Boolean.class, false)) {
			logger.warn("At each start root deserializes sessions that user {} could have written. Remove"
					+ " 'server.servlet.session.persistent'", user);
		}
	}

	private static void warnOfLog(String user, String file, String property) {
		logger.warn(
				"At each start root opens '{}', before it is dropped. Either user {} could have put a link there, or"
						+ " cannot rotate the log. Log to standard output instead of setting '{}'",
				file, user, property);
	}

	private static Path existing(Path path) {
		Path existing = path.toAbsolutePath();
		while (!Files.exists(existing)) {
			existing = Objects.requireNonNull(existing.getParent());
		}
		return existing;
	}

}
