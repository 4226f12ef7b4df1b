package io.privsep.install;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

import io.privsep.autoconfigure.InstallableApplication;
import io.privsep.autoconfigure.PrivsepProperties.Context;
import io.privsep.autoconfigure.PrivsepProperties.LauncherType;
import io.privsep.launch.CodeTrust;
import io.privsep.launch.HelperDefinition;
import io.privsep.process.Accounts;
import io.privsep.process.InstalledPaths;

/**
 * Installs the helpers of an application.
 * <p>
 * All that belongs together is written to a new directory, which one renamed link brings
 * into use. Until then nothing of the old installation has changed; what has to be
 * written beside it, for sudo or systemd, is put back if something fails.
 */
final class Installer {

	private final Options options;

	private final ApplicationSource source;

	private final InstallableApplication application;

	private final InstalledPaths paths;

	private final Map<String, Context> contexts;

	private final String appUser;

	private final int appUid;

	private final SystemUsers users;

	Installer(Options options, ApplicationSource source, InstallableApplication application, InstalledPaths paths) {
		this.options = options;
		this.source = source;
		this.application = application;
		this.paths = paths;
		this.contexts = contexts(options, application);
		this.appUser = Objects.requireNonNull(options.appUser());
		this.appUid = Accounts.uid(this.appUser)
			.orElseThrow(() -> new InstallException(InstallException.USAGE, "There is no user '" + this.appUser
					+ "'; make it with 'useradd --system --shell /usr/sbin/nologin " + this.appUser + "'"));
		if (this.appUid == 0) {
			throw new InstallException(InstallException.USAGE,
					"'--app-user' is root, who needs no installation; name the user that the application runs as");
		}
		this.users = new SystemUsers(this.contexts.values());
	}

	private static Map<String, Context> contexts(Options options, InstallableApplication application) {
		Map<String, Context> contexts = new TreeMap<>(application.contexts());
		for (String name : options.contexts()) {
			if (!contexts.containsKey(name)) {
				throw new InstallException(InstallException.USAGE,
						"There is no context '" + name + "'; there are " + contexts.keySet());
			}
		}
		if (!options.contexts().isEmpty()) {
			contexts.keySet().retainAll(options.contexts());
		}
		if (contexts.isEmpty()) {
			throw new InstallException(InstallException.APPLICATION, "The application has no contexts to install");
		}
		return contexts;
	}

	/**
	 * Says what would be installed. Nothing of it is written: only a temporary copy of
	 * the application is, to know its files.
	 * @return what would be done
	 * @throws IOException if the application cannot be read
	 */
	Report dryRun() throws IOException {
		Path staging = Files.createTempDirectory("privsep-");
		try {
			checkPrograms();
			Release release = new Release(this.paths, staging, java(), this.source);
			List<String> notes = new ArrayList<>();
			List<InstalledFile> files = new ArrayList<>();
			if (this.users.users().isEmpty() && this.users.groups().isEmpty()) {
				Map<String, HelperDefinition> definitions = definitions();
				release.write(this.options.launcher(), this.appUser, definitions, this.contexts);
				files.addAll(release.installedFiles());
				texts(definitions).forEach((path, text) -> files.add(TextFile.of(path, text, isSudoers(path))));
				files.add(TextFile.of(release.directory().resolve(InstallationRecord.FILE), "", false));
			}
			else {
				notes.add("The files are known when the users and groups above are: make them first, or install.");
			}
			String summary = "Would install application '" + this.paths.application() + "' for user '" + this.appUser
					+ "', launcher " + name(this.options.launcher()) + "; nothing was written";
			return report(summary, files, notes);
		}
		finally {
			FileSystemUtils.deleteRecursively(staging);
		}
	}

	/**
	 * Installs.
	 * @return what was done
	 * @throws IOException if something cannot be written; the old installation is as it
	 * was then
	 */
	Report install() throws IOException {
		checkPrograms();
		Path java = java();
		SystemFiles files = new SystemFiles();
		Path releases = this.paths.base().resolve("releases");
		InstallationRecord before = before();
		List<Path> directories = directories(before);
		Path staging = releases.resolve(".new");
		boolean done = false;
		try {
			files.directory(releases);
			try (FileChannel lock = FileChannel.open(this.paths.base().resolve(".lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE)) {
				if (lock.tryLock() == null) {
					throw new InstallException(InstallException.CANNOT_CREATE,
							"Another installation of '" + this.paths.application() + "' is going on");
				}
				FileSystemUtils.deleteRecursively(staging);
				Files.createDirectory(staging);
				this.users.make();
				Release release = new Release(this.paths, staging, java, this.source);
				Report report = bringIntoUse(release, before, directories, files);
				done = true;
				return report;
			}
		}
		finally {
			FileSystemUtils.deleteRecursively(staging);
			if (!done) {
				if (before == null) {
					Files.deleteIfExists(this.paths.base().resolve(".lock"));
				}
				files.undo();
				this.users.undo();
			}
		}
	}

	// One that cannot be read is replaced like any other.
	private @Nullable InstallationRecord before() {
		try {
			return Files.exists(this.paths.current()) ? InstallationRecord.read(this.paths.current().toRealPath())
					: null;
		}
		catch (IOException ex) {
			return null;
		}
	}

	private Report bringIntoUse(Release release, @Nullable InstallationRecord before, List<Path> directories,
			SystemFiles files) throws IOException {
		Map<String, HelperDefinition> definitions = definitions();
		release.write(this.options.launcher(), this.appUser, definitions, this.contexts);
		requireTrusted(release);
		Path old = (before != null) ? this.paths.current().toRealPath() : null;
		if (release.directory().equals(old) && new Verifier(this.paths).problems().isEmpty()) {
			return report("Application '" + this.paths.application() + "' is installed already; nothing has changed",
					List.of(), List.of());
		}
		if (Files.exists(release.directory())) {
			release.useAnotherPlace(this.options.launcher(), definitions, this.contexts);
		}
		Map<Path, String> texts = texts(definitions);
		List<InstalledFile> installed = new ArrayList<>(release.installedFiles());
		texts.forEach((path, text) -> installed.add(TextFile.of(path, text, isSudoers(path))));
		InstallationRecord record = record(release, before, directories, definitions, installed);
		Path recordFile = release.staging().resolve(InstallationRecord.FILE);
		Files.writeString(recordFile, record.toJson());
		SystemFiles.permissions(recordFile, "rw-r--r--", 0);
		Files.move(release.staging(), release.directory());
		try {
			for (Map.Entry<Path, String> text : texts.entrySet()) {
				boolean isSudoers = isSudoers(text.getKey());
				files.write(text.getKey(), text.getValue(), isSudoers ? "r--r-----" : "rw-r--r--",
						isSudoers ? Installer::checkSudoers : SystemFiles.Check.NONE);
			}
			List<String> unneeded = (before != null) ? outside(before) : List.of();
			SystemdUnits units = new SystemdUnits(this.paths);
			for (String path : unneeded) {
				if (!texts.containsKey(Path.of(path))) {
					units.stop(Path.of(path));
					files.remove(Path.of(path));
				}
			}
			files.link(this.paths.current(), Path.of("releases").resolve(release.directory().getFileName()));
			List<String> notes = new ArrayList<>(notes(release));
			notes.addAll(units.start(texts.keySet()));
			files.commit();
			removeOthers(release);
			List<InstalledFile> all = new ArrayList<>(installed);
			all.add(InstalledFile.look(release.directory().resolve(InstallationRecord.FILE),
					release.directory().resolve(InstallationRecord.FILE)));
			return report("Installed application '" + this.paths.application() + "' for user '" + this.appUser
					+ "', launcher " + name(this.options.launcher()), all, notes);
		}
		catch (IOException | RuntimeException ex) {
			files.undo();
			FileSystemUtils.deleteRecursively(release.directory());
			throw ex;
		}
	}

	private Map<String, HelperDefinition> definitions() {
		Map<String, HelperDefinition> definitions = new LinkedHashMap<>();
		for (String name : this.contexts.keySet()) {
			definitions.put(name, this.application.definition(name, this.options.launcher(), this.appUid));
		}
		return definitions;
	}

	private void checkPrograms() {
		List.of("env", "setsid", "prlimit", "setpriv", "find", "stat", "readlink").forEach(SystemCommand::program);
		if (this.options.launcher() == LauncherType.SUDO) {
			List.of("sudo", "visudo").forEach(SystemCommand::program);
		}
		if (this.options.launcher() == LauncherType.SYSTEMD) {
			this.contexts.forEach((name, context) -> {
				String user = Objects.requireNonNullElse(context.user(), "");
				if (user.matches("\\d+") && Accounts.userName(Accounts.uid(user).orElse(-1)).equals(user)) {
					throw new InstallException(InstallException.APPLICATION, "Context '" + name + "' has the user '"
							+ user
							+ "', a number without an entry in the user database, for which systemd starts nothing; use a name");
				}
			});
		}
	}

	private Path java() throws IOException {
		Path java = (this.options.java() != null) ? this.options.java()
				: Path.of(System.getProperty("java.home"), "bin", "java");
		if (!Files.isExecutable(java)) {
			throw new InstallException(InstallException.USAGE, "'" + java + "' is no program");
		}
		Path real = java.toRealPath();
		String version = SystemCommand.run(real, List.of("-XX:-UsePerfData", "-version"));
		String major = version.replaceFirst("(?s)^.*?version \"(\\d+).*$", "$1");
		if (!major.matches("\\d{1,4}") || Integer.parseInt(major) < 17) {
			throw new InstallException(InstallException.USAGE, "'" + java + "' is not of version 17 or later");
		}
		return real;
	}

	private void requireTrusted(Release release) throws IOException {
		Path jvm = Objects.requireNonNull(Objects.requireNonNull(release.java().getParent()).getParent());
		List<String> problems = new CodeTrust().tree(jvm)
			.tree(release.staging())
			.classPath(release.stagedClassPath())
			.problems();
		if (!problems.isEmpty()) {
			throw new InstallException(InstallException.APPLICATION,
					"Helpers may only run what nobody but root can change: " + String.join("; ", problems));
		}
	}

	private Map<Path, String> texts(Map<String, HelperDefinition> definitions) {
		Map<Path, String> texts = new TreeMap<>();
		if (this.options.launcher() == LauncherType.SUDO) {
			texts.put(this.paths.sudoers(), SudoersText.of(this.paths.application(), this.appUser,
					definitions.keySet().stream().map(this.paths::wrapper).toList()));
		}
		if (this.options.launcher() == LauncherType.SYSTEMD) {
			definitions.forEach((name, definition) -> {
				texts.put(this.paths.unit(name, ".socket"),
						UnitText.socket(this.paths.application(), name, this.paths.socket(name), this.appUser));
				texts.put(this.paths.unit(name, "@.service"),
						UnitText.service(this.paths.application(), definition,
								Objects.requireNonNull(Objects.requireNonNull(this.contexts.get(name)).user()),
								this.paths.wrapper(name)));
			});
		}
		return texts;
	}

	private List<String> outside(InstallationRecord record) {
		return record.files()
			.stream()
			.map(InstalledFile::path)
			.filter((path) -> !Path.of(path).startsWith(this.paths.base()))
			.toList();
	}

	private boolean isSudoers(Path path) {
		return path.equals(this.paths.sudoers());
	}

	private static void checkSudoers(Path file) {
		SystemCommand.run("visudo", "-c", "-f", file.toString());
	}

	private InstallationRecord record(Release release, @Nullable InstallationRecord before, List<Path> directories,
			Map<String, HelperDefinition> definitions, List<InstalledFile> files) {
		TreeSet<String> madeUsers = new TreeSet<>(this.users.users());
		TreeSet<String> madeGroups = new TreeSet<>(this.users.groups());
		if (before != null) {
			madeUsers.addAll(before.users());
			madeGroups.addAll(before.groups());
		}
		return new InstallationRecord(this.paths.application(), name(this.options.launcher()), this.appUser,
				this.appUid, this.paths.prefix().toString(), release.java().toString(),
				release.application().toString(),
				definitions.values()
					.stream()
					.map((definition) -> Release.installedContext(definition,
							Objects.requireNonNull(this.contexts.get(definition.context()))))
					.toList(),
				List.copyOf(madeUsers), List.copyOf(madeGroups), directories.stream().map(Path::toString).toList(),
				files);
	}

	// Those that there would not be without the installation.
	private List<Path> directories(@Nullable InstallationRecord before) {
		TreeSet<Path> directories = new TreeSet<>();
		if (before != null) {
			before.directories().forEach((directory) -> directories.add(Path.of(directory)));
		}
		directories.addAll(SystemFiles.missingDirectories(this.paths.base()));
		if (this.options.launcher() == LauncherType.SUDO) {
			directories.addAll(SystemFiles.missingDirectories(this.paths.sudoers()));
		}
		if (this.options.launcher() == LauncherType.SYSTEMD) {
			directories.addAll(SystemFiles.missingDirectories(this.paths.unit("", "")));
		}
		return List.copyOf(directories);
	}

	private void removeOthers(Release release) throws IOException {
		try (Stream<Path> others = Files.list(this.paths.base().resolve("releases"))) {
			for (Path other : others.filter((path) -> !path.equals(release.directory())).toList()) {
				FileSystemUtils.deleteRecursively(other);
			}
		}
	}

	private List<String> notes(Release release) {
		List<String> notes = new ArrayList<>();
		notes.add("Start the application as user '" + this.appUser + "' from the same build, best from '"
				+ release.application() + "'; restart it if it is running.");
		if (!this.paths.prefix().equals(Path.of("/"))) {
			boolean sudo = this.options.launcher() == LauncherType.SUDO;
			if (sudo) {
				notes.add("Sudo reads '" + this.paths.sudoers() + "' only if its configuration includes it.");
			}
			this.contexts.keySet()
				.forEach((name) -> notes.add("Configure 'privsep.contexts."
						+ name + ((this.options.launcher() == LauncherType.SYSTEMD)
								? ".socket=" + this.paths.socket(name) : ".wrapper=" + this.paths.wrapper(name))
						+ "'."));
		}
		return notes;
	}

	private Report report(String summary, List<InstalledFile> files, List<String> notes) {
		return new Report("install", this.paths.application(), summary, this.users.users(), this.users.groups(),
				files.stream().sorted(Comparator.comparing(InstalledFile::path)).map(Report.Line::of).toList(),
				List.of(), notes);
	}

	private static String name(LauncherType launcher) {
		return launcher.name().toLowerCase(Locale.ROOT);
	}

}
