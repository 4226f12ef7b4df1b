package io.privsep.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

import io.privsep.context.ContextResolver.Installable;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.install.InstallationRecord.InstalledContext;
import io.privsep.launch.InstalledPaths;

/**
 * Installs the helpers of an application.
 * <p>
 * All that belongs together is written to a new directory, which one renamed link brings
 * into use. Until then nothing of the old installation has changed; what has to be
 * written beside it, for sudo or systemd, is put back if something fails.
 */
final class Installer {

	/** Name of the directory in which a release is made, until it is complete. */
	static final String STAGING = ".new";

	private final InstallPlan plan;

	private final ApplicationSource source;

	private final InstalledPaths paths;

	private final SystemUsers users;

	private final PlatformFiles platform;

	private final InstallChecks checks;

	Installer(InstallPlan plan, ApplicationSource source) {
		this.plan = plan;
		this.source = source;
		this.paths = plan.paths();
		this.users = new SystemUsers(plan.contexts().values());
		this.platform = new PlatformFiles(this.paths, plan.launcher(), plan.appUser(), plan.contexts());
		this.checks = new InstallChecks(plan, this.platform);
	}

	/**
	 * Says what would be installed. Nothing of it is written: only a temporary copy of
	 * the application is, to know its files.
	 * @return what would be done
	 * @throws IOException if the application cannot be read
	 */
	Report dryRun() throws IOException {
		Path staging = SystemTrial.temporaryDirectory();
		try {
			Map<String, Installable> helpers = this.plan.requireInstallable();
			this.checks.requirePrograms(this.users);
			this.checks.requireTrustedPlaces();
			Path java = HelperJvm.find(this.plan.java());
			SystemTrial trial = SystemTrial.run(this.plan, java, helpers);
			Release release = new Release(this.plan, staging, java, this.source, trial);
			List<Report.Line> files = new ArrayList<>();
			boolean usersExist = this.users.users().isEmpty() && this.users.groups().isEmpty();
			if (usersExist) {
				release.write(this.plan.definitions());
				release.installedFiles().forEach((file) -> files.add(Report.Line.of(file)));
				files.add(new Report.Line(release.directory().resolve(InstallationRecord.FILE).toString(), "root:root",
						"0644"));
			}
			else {
				// what is in them depends on ids that there are not yet
				files.addAll(release.plannedFiles());
			}
			files.add(new Report.Line(
					files.get(0).path().replaceFirst("(/releases/[^/]+).*", "$1/" + InstallationRecord.ARGUMENTS),
					"root:root", "0600"));
			this.platform.files().forEach((file) -> files.add(Report.Line.of(this.platform.installed(file, ""))));
			String summary = "Would install application '" + this.paths.application() + "' for user '"
					+ this.plan.appUser() + "', launcher " + this.plan.launcherName() + "; nothing was written";
			return report(summary, files, InstallNotes.ofRights(this.plan, trial.sudoOptions()), List.of());
		}
		finally {
			FileSystemUtils.deleteRecursively(staging);
		}
	}

	/**
	 * Installs, while nobody else does.
	 * @return what was done
	 * @throws IOException if something cannot be written; the old installation is as it
	 * was then, but for the suppressed exceptions
	 */
	Report install() throws IOException {
		Map<String, Installable> helpers = this.plan.requireInstallable();
		this.checks.requirePrograms(this.users);
		// before anything there is believed, or written
		this.checks.requireTrustedPlaces();
		Path java = HelperJvm.find(this.plan.java());
		SystemTrial trial = SystemTrial.run(this.plan, java, helpers);
		List<Path> missing = missingDirectories();
		SystemFiles files = new SystemFiles();
		try {
			Path staging = releases().resolve(STAGING);
			FileSystemUtils.deleteRecursively(staging);
			files.directory(releases());
			files.onUndo(() -> FileSystemUtils.deleteRecursively(staging));
			Files.createDirectory(staging,
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
			this.users.make(files);
			return bringIntoUse(new Release(this.plan, staging, java, this.source, trial), missing, files);
		}
		catch (IOException | RuntimeException | Error ex) {
			files.undo(ex);
			throw ex;
		}
	}

	private Path releases() {
		return this.paths.base().resolve("releases");
	}

	// One that cannot be read is replaced like any other.
	private @Nullable InstallationRecord before() throws IOException {
		return Installations.read(this.paths.current()).orElse(null);
	}

	private Report bringIntoUse(Release release, List<Path> missing, SystemFiles files) throws IOException {
		InstallationRecord before = before();
		Map<String, HelperDefinition> definitions = this.plan.definitions();
		release.write(definitions);
		this.checks.requireTrusted(release);
		Path old = (before != null) ? this.paths.current().toRealPath() : null;
		if (before != null && old != null && isTheSame(release, before, old)) {
			FileSystemUtils.deleteRecursively(release.staging());
			return report("Application '" + this.paths.application() + "' is installed already; nothing has changed",
					List.of(), List.of(), List.of());
		}
		if (Files.exists(release.directory())) {
			release.useAnotherPlace(definitions);
		}
		Map<Path, String> texts = this.platform.texts(definitions, release.trial().sudoOptions());
		for (Path path : texts.keySet()) {
			PlatformFiles.requireOurs(this.paths, path);
		}
		List<Path> unneeded = unneeded(texts.keySet());
		List<InstalledFile> installed = bringIntoPlace(release, texts, files);
		InstallationRecord record = record(release, before, missing, definitions, installed);
		installed.add(writeRecord(release, record));
		List<String> notes = new ArrayList<>(InstallNotes.toStart(this.plan, release));
		notes.addAll(InstallNotes.ofAudit(this.plan, definitions.values()));
		notes.addAll(InstallNotes.ofSharedUsers(this.paths, record));
		makeAuditFiles(definitions, files);
		notes.addAll(switchOver(release, texts, unneeded, files));
		try {
			removeOthers(release.directory(), old);
		}
		catch (IOException ex) {
			notes.add("Not all that was installed before could be removed: " + ex);
		}
		return report(
				"Installed application '" + this.paths.application() + "' for user '" + this.plan.appUser()
						+ "', launcher " + this.plan.launcherName(),
				installed.stream().map(Report.Line::of).toList(),
				InstallNotes.ofRights(this.plan, release.trial().sudoOptions()), notes);
	}

	private boolean isTheSame(Release release, InstallationRecord before, Path old) throws IOException {
		return release.isIn(old) && this.plan.keepsTheSame(before, Installations.arguments(this.paths.current()))
				&& new Verifier(this.paths).problems().isEmpty();
	}

	// Where nothing uses it yet.
	private List<InstalledFile> bringIntoPlace(Release release, Map<Path, String> texts, SystemFiles files)
			throws IOException {
		files.onUndo(() -> FileSystemUtils.deleteRecursively(release.directory()));
		release.bringIntoPlace();
		List<InstalledFile> installed = new ArrayList<>(release.installedFiles());
		texts.forEach((path, text) -> installed.add(this.platform.installed(path, text)));
		installed.add(writeArguments(release.directory().resolve(InstallationRecord.ARGUMENTS)));
		return installed;
	}

	private static InstalledFile writeRecord(Release release, InstallationRecord record) throws IOException {
		Path file = release.directory().resolve(InstallationRecord.FILE);
		Files.writeString(file, record.toJson());
		SystemFiles.permissions(file, "rw-r--r--", 0);
		return InstalledFile.look(file, file);
	}

	// From here on the system sees it. What fails is undone, up to the commit.
	private List<String> switchOver(Release release, Map<Path, String> texts, List<Path> unneeded, SystemFiles files)
			throws IOException {
		SystemdUnits units = new SystemdUnits(this.paths, files);
		units.prepare(texts);
		for (Map.Entry<Path, String> text : texts.entrySet()) {
			files.write(text.getKey(), text.getValue(), this.platform.permissions(text.getKey()),
					this.platform.check(text.getKey()));
		}
		for (Path path : unneeded) {
			units.stop(path);
			files.remove(path);
		}
		files.link(this.paths.current(), Path.of("releases").resolve(release.directory().getFileName()));
		List<String> notes = units.start();
		files.commit();
		return notes;
	}

	private InstalledFile writeArguments(Path file) throws IOException {
		Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		Files.writeString(file, InstallationRecord.toJson(InstallationRecord.Arguments.of(this.plan.arguments())));
		SystemFiles.permissions(file, "rw-------", 0);
		return InstalledFile.look(file, file);
	}

	// No record has them: what is in them changes, and outlasts the installation.
	private static void makeAuditFiles(Map<String, HelperDefinition> definitions, SystemFiles files)
			throws IOException {
		for (HelperDefinition definition : definitions.values()) {
			if (definition.logging().audit() instanceof AuditPlace.File file) {
				files.audit(file.path(), Objects.requireNonNull(definition.rights()));
			}
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
		return new InstallationRecord(this.paths.application(), this.plan.launcherName(), this.plan.appUser(),
				Integer.toUnsignedLong(this.plan.appUid()), this.paths.prefix().toString(), release.java().toString(),
				release.application().toString(), this.plan.chosen(), this.plan.chosenJava(),
				definitions.values()
					.stream()
					.map((definition) -> InstalledContext.of(definition,
							Objects.requireNonNull(this.plan.contexts().get(definition.context()))))
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

	private Report report(String summary, List<Report.Line> files, List<String> details, List<String> notes) {
		return new Report("install", this.paths.application(), summary, this.users.users(), this.users.groups(),
				files.stream().sorted(Comparator.comparing(Report.Line::path)).toList(), details, List.of(), notes);
	}

}
