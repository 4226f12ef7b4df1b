package io.privsep.install;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.springframework.util.FileSystemUtils;

import io.privsep.process.Accounts;
import io.privsep.process.InstalledPaths;

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
	 */
	Report run(boolean dryRun) throws IOException {
		InstallationRecord record = InstallationRecord.read(this.paths.current().toRealPath());
		List<Report.Line> lines = record.files().stream().map(Report.Line::of).toList();
		List<String> notes = new ArrayList<>();
		List<String> users = new ArrayList<>(record.users());
		List<String> groups = new ArrayList<>(record.groups());
		for (InstallationRecord other : Installations.all(this.paths.prefix())) {
			if (!other.application().equals(record.application())) {
				other.contexts().forEach((context) -> {
					users.remove(context.user());
					groups.remove(Accounts.groupName(context.gid()));
				});
				groups.removeAll(other.groups());
				users.remove(other.appUser());
			}
		}
		if (!dryRun) {
			removeFiles(record);
			users.forEach((user) -> remove("user", user, () -> SystemUsers.removeUser(user), notes));
			groups.forEach((group) -> remove("group", group, () -> SystemUsers.removeGroup(group), notes));
		}
		return new Report("uninstall", record.application(),
				(dryRun ? "Would remove application '" : "Removed application '") + record.application() + "'", users,
				groups, lines, List.of(), notes);
	}

	private void removeFiles(InstallationRecord record) throws IOException {
		SystemdUnits units = new SystemdUnits(this.paths);
		for (InstalledFile file : record.files()) {
			Path path = Path.of(file.path());
			if (!path.startsWith(this.paths.base())) {
				units.stop(path);
				Files.deleteIfExists(path);
			}
		}
		FileSystemUtils.deleteRecursively(this.paths.base());
		for (String directory : record.directories().stream().sorted(Comparator.reverseOrder()).toList()) {
			try {
				Files.deleteIfExists(Path.of(directory));
			}
			catch (DirectoryNotEmptyException ex) {
				// someone else's files are in it by now
			}
		}
	}

	private static void remove(String what, String name, Runnable action, List<String> notes) {
		try {
			action.run();
		}
		catch (InstallException ex) {
			notes.add("The " + what + " '" + name + "' was left: " + ex.getMessage());
		}
	}

}
