package io.privsep.launch;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Where the helpers of an application are installed.
 *
 * @param prefix what all paths are below; {@code /} for the system itself
 * @param application name of the application
 */
public record InstalledPaths(Path prefix, String application) {

	/**
	 * Which names a context may have, and an application to be installed: they become
	 * names of files.
	 */
	public static final String NAME = "[a-z0-9][a-z0-9-]{0,62}";

	private static final Pattern INSTALLED = Pattern
		.compile("(/.+)/(?:usr/lib/privsep/[^/]+/current/bin|run/privsep/[^/]+)/[^/]+");

	/**
	 * Where the application is installed in the system itself.
	 * @param application name of the application
	 * @return the paths
	 */
	public static InstalledPaths ofSystem(String application) {
		return new InstalledPaths(Path.of("/"), application);
	}

	/**
	 * Where the application is installed in the system itself, by the name that it has.
	 * @param name its name, from anyone; {@code null} if it has none
	 * @return the paths; those of {@code application} if it cannot be installed by that
	 * name
	 */
	public static InstalledPaths ofSystemOrDefault(@Nullable String name) {
		return ofSystem((name != null && name.matches(NAME)) ? name : "application");
	}

	/**
	 * What an installation is below, by one of its paths.
	 * @param path a wrapper or a socket
	 * @return the prefix; {@code /} if the path is none of an installation
	 */
	public static Path prefix(String path) {
		Matcher matcher = INSTALLED.matcher(path);
		return Path.of(matcher.matches() ? matcher.group(1) : "/");
	}

	/**
	 * The directory with all releases.
	 * @return an absolute path
	 */
	public Path base() {
		return this.prefix.resolve("usr/lib/privsep").resolve(this.application);
	}

	/**
	 * The link to the release in use.
	 * @return an absolute path
	 */
	public Path current() {
		return base().resolve("current");
	}

	/**
	 * The program that starts the helper of a context.
	 * @param context name of the context
	 * @return an absolute path
	 */
	public Path wrapper(String context) {
		return current().resolve("bin").resolve(context);
	}

	/**
	 * The socket on which systemd waits for the application.
	 * @param context name of the context
	 * @return an absolute path
	 */
	public Path socket(String context) {
		return this.prefix.resolve("run/privsep").resolve(this.application).resolve(context + ".sock");
	}

	/**
	 * The file that lets the application's user run the wrappers.
	 * @return an absolute path
	 */
	public Path sudoers() {
		return this.prefix.resolve("etc/sudoers.d").resolve("privsep-" + this.application);
	}

	/**
	 * The file that the helper of a context audits its calls in.
	 * @param context name of the context
	 * @return an absolute path
	 */
	public Path audit(String context) {
		return this.prefix.resolve("var/log/privsep").resolve(this.application).resolve(context + ".log");
	}

	/**
	 * The file that has these rotated by logrotate.
	 * @return an absolute path
	 */
	public Path logrotate() {
		return this.prefix.resolve("etc/logrotate.d").resolve("privsep-" + this.application);
	}

	/**
	 * A unit of systemd. No name has the underline: the names of two applications and
	 * contexts cannot be the same together.
	 * @param context name of the context
	 * @param suffix such as {@code .socket}
	 * @return an absolute path
	 */
	public Path unit(String context, String suffix) {
		return this.prefix.resolve("etc/systemd/system")
			.resolve("privsep-" + this.application + "_" + context + suffix);
	}

}
