package io.privsep.install;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.privsep.context.PrivsepProperties.AuditType;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.definition.HelperDefinition;
import io.privsep.launch.InstalledPaths;

/**
 * The files that tell sudo, systemd or logrotate of the helpers, outside of the
 * application's own directory.
 *
 * @param paths where they are
 * @param launcher how helpers are started
 * @param appUser the application's user
 * @param contexts the contexts
 */
record PlatformFiles(InstalledPaths paths, LauncherType launcher, String appUser, Map<String, Context> contexts) {

	/**
	 * Where the files are, whatever is in them.
	 * @return absolute paths
	 */
	List<Path> files() {
		List<Path> files = new ArrayList<>();
		if (!auditFiles().isEmpty()) {
			files.add(this.paths.logrotate());
		}
		if (this.launcher == LauncherType.SUDO) {
			files.add(this.paths.sudoers());
		}
		if (this.launcher == LauncherType.SYSTEMD) {
			for (String name : this.contexts.keySet()) {
				files.add(this.paths.unit(name, UnitText.SOCKET));
				files.add(this.paths.unit(name, UnitText.SERVICE));
			}
		}
		return files;
	}

	/**
	 * What is in the files.
	 * @param definitions what the helpers are told
	 * @param sudoOptions the options that sudo knows
	 * @return the texts
	 */
	Map<Path, String> texts(Map<String, HelperDefinition> definitions, List<String> sudoOptions) {
		Map<Path, String> texts = new TreeMap<>();
		String application = this.paths.application();
		if (!auditFiles().isEmpty()) {
			texts.put(this.paths.logrotate(), LogrotateText.of(application, auditFiles()));
		}
		if (this.launcher == LauncherType.SUDO) {
			texts.put(this.paths.sudoers(), SudoersText.of(application, this.appUser,
					definitions.keySet().stream().map(this.paths::wrapper).toList(), sudoOptions));
		}
		if (this.launcher == LauncherType.SYSTEMD) {
			definitions.forEach((name, definition) -> {
				texts.put(this.paths.unit(name, UnitText.SOCKET),
						UnitText.socket(application, name, this.paths.socket(name), this.appUser));
				Context context = Objects.requireNonNull(this.contexts.get(name));
				texts.put(this.paths.unit(name, UnitText.SERVICE), UnitText.service(application, definition,
						Objects.requireNonNull(context.user()), this.paths.wrapper(name), context.tmpBytes()));
			});
		}
		return texts;
	}

	private List<Path> auditFiles() {
		return this.contexts.entrySet()
			.stream()
			.filter((context) -> context.getValue().audit() == AuditType.FILE)
			.map((context) -> this.paths.audit(context.getKey()))
			.sorted()
			.toList();
	}

	/**
	 * The files of an application that there are now, whoever has made them and why.
	 * @param paths where they are
	 * @return absolute paths
	 * @throws IOException if a directory cannot be read
	 */
	static List<Path> existing(InstalledPaths paths) throws IOException {
		List<Path> existing = new ArrayList<>();
		for (Path known : List.of(paths.sudoers(), paths.logrotate())) {
			for (Path file : SystemFiles.withLeftovers(known)) {
				if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
					existing.add(file);
				}
			}
		}
		Path units = Objects.requireNonNull(paths.unit("", "").getParent());
		if (Files.isDirectory(units)) {
			String pattern = paths.unit("*", "{" + UnitText.SOCKET + "," + UnitText.SERVICE + "}*")
				.getFileName()
				.toString();
			try (DirectoryStream<Path> found = Files.newDirectoryStream(units, pattern)) {
				found.forEach(existing::add);
			}
		}
		return existing;
	}

	/**
	 * Refuses to take the place of a file that no installation of this application has
	 * written.
	 * @param paths whose files they are
	 * @param file the file, which need not be there
	 * @throws IOException if it cannot be read
	 * @throws InstallException if it is someone else's
	 */
	static void requireOurs(InstalledPaths paths, Path file) throws IOException {
		if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !isOurs(paths, file)) {
			throw new InstallException(InstallException.CANNOT_CREATE,
					"'" + file + "' is there and was not written by an installation of this application; move it away");
		}
	}

	/**
	 * Whether an installation of this application has written a file.
	 * @param paths whose files they are
	 * @param file the file
	 * @return whether it says so in its first line
	 * @throws IOException if it cannot be read
	 */
	static boolean isOurs(InstalledPaths paths, Path file) throws IOException {
		if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
			return false;
		}
		String first = Files.readAllLines(file).stream().findFirst().orElse("");
		return first.startsWith("#") && first.contains("application '" + paths.application() + "'");
	}

	String permissions(Path file) {
		return file.equals(this.paths.sudoers()) ? "r--r-----" : "rw-r--r--";
	}

	SystemFiles.Check check(Path file) {
		return file.equals(this.paths.sudoers()) ? PlatformFiles::checkSudoers : SystemFiles.Check.NONE;
	}

	private static void checkSudoers(Path file) {
		SystemCommand.run("visudo", "-c", "-f", file.toString());
	}

	/**
	 * What a file will be.
	 * @param file the file
	 * @param text what will be in it
	 * @return the file as it has to be
	 */
	InstalledFile installed(Path file, String text) {
		return new InstalledFile(file.toString(), 0, 0, file.equals(this.paths.sudoers()) ? "0440" : "0644",
				InstalledFile.digest(text));
	}

}
