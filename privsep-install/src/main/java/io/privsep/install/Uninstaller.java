package io.privsep.install;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.util.FileSystemUtils;

import io.privsep.install.probe.RunningHelpers;
import io.privsep.launch.AuditFiles;
import io.privsep.launch.InstalledPaths;
import io.privsep.linux.Accounts;
import io.privsep.trust.CodeTrust;

/**
 * Takes back all that an installation has made.
 */
final class Uninstaller {

	private final InstalledPaths paths;

	Uninstaller(InstalledPaths paths) {
		this.paths = paths;
	}

	/**
	 * Takes it back, the way to the rights first.
	 * @param dryRun whether only to say what would be done
	 * @return what was done
	 * @throws IOException if something cannot be removed
	 * @throws InstallException if someone other than root could have changed what is
	 * there
	 */
	Report run(boolean dryRun) throws IOException {
		requireOfRoot();
		requireNoneRunning();
		InstallationRecord record = Installations.read(this.paths.current()).orElse(null);
		List<String> problems = new ArrayList<>();
		List<Report.Line> lines = new ArrayList<>();
		List<String> users = new ArrayList<>();
		List<String> groups = new ArrayList<>();
		if (record == null) {
			problems.add("There is no record of what was installed: users and groups that were made for it are left");
		}
		else {
			record.files().forEach((file) -> lines.add(Report.Line.of(file)));
			users.addAll(record.users());
			groups.addAll(record.groups());
		}
		List<String> notes = new ArrayList<>();
		for (InstallationRecord other : others()) {
			String user = "' is used by application '" + other.application() + "' below '" + other.prefix()
					+ "', and is left.";
			for (InstallationRecord.InstalledContext context : other.contexts()) {
				keep(users, context.user(), "The user '", user, notes);
				keep(groups, Accounts.groupName((int) context.gid()), "The group '", user, notes);
			}
			keep(users, other.appUser(), "The user '", user, notes);
		}
		List<Path> audit = new ArrayList<>();
		if (!dryRun) {
			audit.addAll(AuditFiles.giveToRoot(Objects.requireNonNull(this.paths.audit("").getParent())));
			removeFiles((record != null) ? record.directories() : List.of());
			users.forEach((user) -> remove("user", user, () -> SystemUsers.removeUser(user), problems));
			groups.forEach((group) -> remove("group", group, () -> SystemUsers.removeGroup(group), problems));
		}
		audit.forEach((file) -> notes.add("'" + file + "', with what was called, is left and is root's."));
		return new Report("uninstall", this.paths.application(),
				(dryRun ? "Would remove application '" : "Removed application '") + this.paths.application() + "'",
				users, groups, lines, List.of(), problems, notes);
	}

	private static void keep(List<String> names, String name, String what, String why, List<String> notes) {
		if (names.remove(name)) {
			notes.add(what + name + why);
		}
	}

	// Users are the machine's, whatever the prefix. Those of helpers that run userdel(8)
	// leaves.
	private List<InstallationRecord> others() throws IOException {
		List<InstallationRecord> others = new ArrayList<>();
		for (Path prefix : new LinkedHashSet<>(List.of(this.paths.prefix(), Path.of("/")))) {
			for (InstallationRecord record : Installations.all(prefix)) {
				if (!prefix.equals(this.paths.prefix()) || !record.application().equals(this.paths.application())) {
					others.add(record);
				}
			}
		}
		return others;
	}

	private void requireOfRoot() throws IOException {
		CodeTrust trust = new CodeTrust().tree(this.paths.base());
		for (Path path : PlatformFiles.existing(this.paths)) {
			trust.file(Objects.requireNonNull(path.getParent()));
		}
		Installations.requireOfRoot(trust);
	}

	// They would go on with the rights of users that are gone, and keep these from being
	// removed.
	private void requireNoneRunning() throws IOException {
		List<String> running = RunningHelpers.of(this.paths.base(), uids());
		if (!running.isEmpty()) {
			throw new InstallException(InstallException.CANNOT_CREATE,
					"Nothing was removed, because helpers of '" + this.paths.application() + "' are running: "
							+ String.join(", ", running) + ". End the application first, and they end with it");
		}
	}

	// Of all releases: helpers of one before may still run. One without a record never
	// ran: an installation that was killed has left it.
	private Set<Long> uids() {
		Set<Long> uids = new HashSet<>();
		Path releases = this.paths.base().resolve("releases");
		try {
			for (Path release : SystemFiles.children(releases)) {
				if (Files.exists(release.resolve(InstallationRecord.FILE))) {
					InstallationRecord.read(release).contexts().forEach((context) -> uids.add(context.uid()));
				}
			}
		}
		catch (IOException ex) {
			return Set.of();
		}
		return uids;
	}

	private void removeFiles(List<String> directories) throws IOException {
		SystemdUnits units = new SystemdUnits(this.paths, new SystemFiles());
		// the way to the rights first
		for (Path path : PlatformFiles.existing(this.paths)) {
			// what someone else has written is left
			if (PlatformFiles.isOurs(this.paths, path)) {
				units.stop(path);
				Files.delete(path);
			}
		}
		FileSystemUtils.deleteRecursively(this.paths.base());
		// the application that has made the directory of all may be gone before this one
		Set<Path> empty = new TreeSet<>(Set.of(Objects.requireNonNull(this.paths.base().getParent())));
		directories.forEach((directory) -> empty.add(Path.of(directory)));
		for (Path directory : empty.stream().sorted(Comparator.reverseOrder()).toList()) {
			try {
				Files.deleteIfExists(directory);
			}
			catch (DirectoryNotEmptyException ex) {
				// someone else's files are in it by now
			}
		}
	}

	private static void remove(String what, String name, Runnable action, List<String> problems) {
		try {
			action.run();
		}
		catch (InstallException ex) {
			problems.add("The " + what + " '" + name + "' was left: " + ex.getMessage());
		}
	}

}
