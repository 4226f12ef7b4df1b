package io.privsep.install;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

import io.privsep.command.JavaCommand;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.definition.CodeTrust;
import io.privsep.definition.HelperDefinition;
import io.privsep.install.application.InstallableApplication;
import io.privsep.launch.InstalledPaths;
import io.privsep.linux.Accounts;

/**
 * Installs the helpers of an application.
 * <p>
 * All that belongs together is written to a new directory, which one renamed link brings
 * into use. Until then nothing of the old installation has changed; what has to be
 * written beside it, for sudo or systemd, is put back if something fails.
 */
final class Installer {

	/** What a wrapper runs before the JVM. */
	private static final List<String> PROGRAMS = List.of("sh", "env", "setsid", "prlimit", "setpriv", "find", "stat",
			"readlink");

	private final Options options;

	private final ApplicationSource source;

	private final InstallableApplication application;

	private final InstalledPaths paths;

	private final Map<String, Context> contexts;

	private final String appUser;

	private final int appUid;

	private final SystemUsers users;

	private final PlatformFiles platform;

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
		this.platform = new PlatformFiles(paths, options.launcher(), this.appUser, this.contexts);
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
		Set<String> sandboxed = new TreeSet<>();
		contexts.forEach((name, context) -> {
			if (context.sandbox() != null && context.user() == null) {
				sandboxed.add(name);
			}
		});
		if (!options.contexts().isEmpty() && !sandboxed.isEmpty()) {
			throw new InstallException(InstallException.USAGE, "The contexts " + sandboxed
					+ " need no installation: their sandboxes only take from the application's own rights");
		}
		contexts.keySet().removeAll(sandboxed);
		if (contexts.isEmpty() && !sandboxed.isEmpty()) {
			throw new InstallException(InstallException.APPLICATION,
					"The application needs no installation: the sandboxes" + " of its contexts " + sandboxed
							+ " only take from its own rights. If an older one is installed, remove"
							+ " it with 'uninstall'");
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
			requireTrustedPlaces();
			Release release = new Release(this.paths, staging, HelperJvm.find(this.options.java()), this.source);
			List<Report.Line> files = new ArrayList<>();
			boolean usersExist = this.users.users().isEmpty() && this.users.groups().isEmpty();
			if (usersExist) {
				release.write(this.options.launcher(), this.appUser, definitions(), this.contexts);
				release.installedFiles().forEach((file) -> files.add(Report.Line.of(file)));
				files.add(new Report.Line(release.directory().resolve(InstallationRecord.FILE).toString(), "root:root",
						"0644"));
			}
			else {
				// what is in them depends on ids that there are not yet
				files.addAll(release.plannedFiles(this.contexts));
			}
			this.platform.files().forEach((file) -> files.add(Report.Line.of(this.platform.installed(file, ""))));
			String summary = "Would install application '" + this.paths.application() + "' for user '" + this.appUser
					+ "', launcher " + name(this.options.launcher()) + "; nothing was written";
			return report(summary, files, List.of());
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
		// before anything there is believed, or written
		requireTrustedPlaces();
		Path java = HelperJvm.find(this.options.java());
		List<Path> missing = missingDirectories();
		SystemFiles files = new SystemFiles();
		boolean done = false;
		try {
			files.directory(releases());
			FileChannel lock = Installations.lock(this.paths);
			try {
				Report report = installAlone(java, missing, files);
				done = true;
				return report;
			}
			finally {
				lock.close();
			}
		}
		finally {
			if (!done) {
				files.undo();
				files.removeEmptyDirectories();
			}
		}
	}

	private Report installAlone(Path java, List<Path> missing, SystemFiles files) throws IOException {
		InstallationRecord before = before();
		Path staging = releases().resolve(".new");
		boolean done = false;
		try {
			FileSystemUtils.deleteRecursively(staging);
			Files.createDirectory(staging,
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
			this.users.make();
			Release release = new Release(this.paths, staging, java, this.source);
			Report report = bringIntoUse(release, before, missing, files);
			done = true;
			return report;
		}
		finally {
			FileSystemUtils.deleteRecursively(staging);
			if (!done) {
				this.users.undo();
				if (before == null) {
					Files.deleteIfExists(this.paths.base().resolve(Installations.LOCK));
				}
			}
		}
	}

	private Path releases() {
		return this.paths.base().resolve("releases");
	}

	// One that cannot be read is replaced like any other.
	private @Nullable InstallationRecord before() throws IOException {
		return Installations.read(this.paths.current()).orElse(null);
	}

	private Report bringIntoUse(Release release, @Nullable InstallationRecord before, List<Path> missing,
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
		Map<Path, String> texts = this.platform.texts(definitions);
		for (Path path : texts.keySet()) {
			PlatformFiles.requireOurs(this.paths, path);
		}
		List<Path> unneeded = unneeded(texts.keySet());
		release.bringIntoPlace();
		try {
			List<String> notes = new ArrayList<>(notes(release));
			List<InstalledFile> installed = new ArrayList<>(release.installedFiles());
			texts.forEach((path, text) -> installed.add(this.platform.installed(path, text)));
			InstallationRecord record = record(release, before, missing, definitions, installed);
			Path recordFile = release.directory().resolve(InstallationRecord.FILE);
			Files.writeString(recordFile, record.toJson());
			SystemFiles.permissions(recordFile, "rw-r--r--", 0);
			for (Map.Entry<Path, String> text : texts.entrySet()) {
				files.write(text.getKey(), text.getValue(), this.platform.permissions(text.getKey()),
						this.platform.check(text.getKey()));
			}
			notes.addAll(makeAuditFiles(definitions, files));
			SystemdUnits units = new SystemdUnits(this.paths);
			for (Path path : unneeded) {
				units.stop(path);
				files.remove(path);
			}
			files.link(this.paths.current(), Path.of("releases").resolve(release.directory().getFileName()));
			notes.addAll(sharedUsers(record));
			notes.addAll(units.start(texts.keySet()));
			files.commit();
			removeOthers(release.directory(), old);
			List<InstalledFile> all = new ArrayList<>(installed);
			all.add(InstalledFile.look(recordFile, recordFile));
			return report(
					"Installed application '" + this.paths.application() + "' for user '" + this.appUser
							+ "', launcher " + name(this.options.launcher()),
					all.stream().map(Report.Line::of).toList(), notes);
		}
		catch (IOException | RuntimeException ex) {
			files.undo();
			FileSystemUtils.deleteRecursively(release.directory());
			throw ex;
		}
	}

	// No record has them: what is in them changes, and outlasts the installation.
	private List<String> makeAuditFiles(Map<String, HelperDefinition> definitions, SystemFiles files)
			throws IOException {
		List<String> notes = new ArrayList<>();
		for (HelperDefinition definition : definitions.values()) {
			if (definition.auditKind().equals("file")) {
				files.audit(Path.of(definition.audit()), Objects.requireNonNull(definition.rights()));
				notes.add("Context '" + definition.context() + "' writes its calls down in '" + definition.audit()
						+ "', which stays when this is uninstalled.");
			}
			else if (definition.audit().equals(HelperDefinition.AUDIT_STDERR)
					&& this.options.launcher() != LauncherType.SYSTEMD) {
				notes.add("Context '" + definition.context() + "' writes its calls down on its standard error, which"
						+ " the application reads and so could hide; 'audit: file' is out of its reach.");
			}
		}
		return notes;
	}

	private Map<String, HelperDefinition> definitions() {
		Map<String, HelperDefinition> definitions = new LinkedHashMap<>();
		for (String name : this.contexts.keySet()) {
			definitions.put(name,
					this.application.definition(name, this.options.launcher(), this.appUid, this.paths.audit(name)));
		}
		return definitions;
	}

	private List<String> programs() {
		List<String> programs = new ArrayList<>(PROGRAMS);
		if (this.contexts.values().stream().anyMatch((context) -> context.sandbox() != null)) {
			programs.add("bwrap");
		}
		return programs;
	}

	private void checkPrograms() {
		programs().forEach(SystemCommand::program);
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

	private void requireTrusted(Release release) throws IOException {
		requireKnownOptions();
		CodeTrust trust = new CodeTrust().tree(release.staging()).classPath(release.stagedClassPath());
		for (Context context : this.contexts.values()) {
			trust.classPath(new JavaCommand(release.java(), List.of(), false, 0, context.jvmOptions()).optionPaths());
		}
		requireTrustedPlaces(trust);
		for (String program : programs()) {
			trust.file(SystemCommand.program(program));
		}
		requireNone(trust.problems());
	}

	private void requireKnownOptions() {
		Set<String> problems = new LinkedHashSet<>();
		this.contexts.forEach((name, context) -> JavaCommand.optionProblems(context.jvmOptions())
			.forEach((problem) -> problems.add("context '" + name + "': " + problem)));
		requireNone(List.copyOf(problems));
	}

	private static void requireNone(List<String> problems) {
		if (!problems.isEmpty()) {
			throw new InstallException(InstallException.APPLICATION,
					"Helpers may only run what nobody but root can change: " + String.join("; ", problems));
		}
	}

	private void requireTrustedPlaces() throws IOException {
		CodeTrust places = new CodeTrust();
		requireTrustedPlaces(places);
		requireNone(places.problems());
	}

	private void requireTrustedPlaces(CodeTrust trust) throws IOException {
		trust.file(this.paths.base());
		for (Path file : this.platform.files()) {
			trust.file(Objects.requireNonNull(file.getParent()));
		}
	}

	private InstallationRecord record(Release release, @Nullable InstallationRecord before, List<Path> missing,
			Map<String, HelperDefinition> definitions, List<InstalledFile> files) {
		TreeSet<String> madeUsers = new TreeSet<>(this.users.users());
		TreeSet<String> madeGroups = new TreeSet<>(this.users.groups());
		TreeSet<String> directories = new TreeSet<>();
		missing.forEach((directory) -> directories.add(directory.toString()));
		if (before != null) {
			madeUsers.addAll(before.users());
			madeGroups.addAll(before.groups());
			directories.addAll(before.directories());
		}
		return new InstallationRecord(this.paths.application(), name(this.options.launcher()), this.appUser,
				Integer.toUnsignedLong(this.appUid), this.paths.prefix().toString(), release.java().toString(),
				release.application().toString(),
				definitions.values()
					.stream()
					.map((definition) -> Release.installedContext(definition,
							Objects.requireNonNull(this.contexts.get(definition.context()))))
					.toList(),
				List.copyOf(madeUsers), List.copyOf(madeGroups), List.copyOf(directories), files);
	}

	private List<Path> missingDirectories() {
		TreeSet<Path> directories = new TreeSet<>(SystemFiles.missingDirectories(this.paths.base()));
		this.platform.files().forEach((file) -> directories.addAll(SystemFiles.missingDirectories(file)));
		return List.copyOf(directories);
	}

	// Of an installation before this one, whatever its record says; what someone else has
	// written is left.
	private List<Path> unneeded(Set<Path> needed) throws IOException {
		List<Path> unneeded = new ArrayList<>();
		for (Path path : PlatformFiles.existing(this.paths)) {
			if (!PlatformFiles.isOurs(this.paths, path) || needed.contains(path)) {
				continue;
			}
			if (SystemFiles.isLeftover(path)) {
				Files.delete(path);
			}
			else {
				unneeded.add(path);
			}
		}
		return unneeded;
	}

	// Helpers of the last release may still be running, and load classes from it.
	private void removeOthers(Path release, @Nullable Path last) throws IOException {
		try (Stream<Path> others = Files.list(releases())) {
			for (Path other : others.filter((path) -> !path.equals(release) && !path.equals(last)).toList()) {
				FileSystemUtils.deleteRecursively(other);
			}
		}
	}

	private List<String> sharedUsers(InstallationRecord record) throws IOException {
		List<String> notes = new ArrayList<>();
		for (InstallationRecord other : Installations.all(this.paths.prefix())) {
			for (InstallationRecord.InstalledContext theirs : other.contexts()) {
				for (InstallationRecord.InstalledContext ours : record.contexts()) {
					if (ours.uid() == theirs.uid() && !other.application().equals(record.application())) {
						notes.add("Warning: context '" + ours.name() + "' shares the user '" + ours.user()
								+ "' with context '" + theirs.name() + "' of '" + other.application()
								+ "', so that their helpers could take over each other.");
					}
				}
			}
		}
		return notes;
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

	private Report report(String summary, List<Report.Line> files, List<String> notes) {
		return new Report("install", this.paths.application(), summary, this.users.users(), this.users.groups(),
				files.stream().sorted(Comparator.comparing(Report.Line::path)).toList(), List.of(), notes);
	}

	private static String name(LauncherType launcher) {
		return launcher.name().toLowerCase(Locale.ROOT);
	}

}
