package io.privsep.install;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.launch.InstalledPaths;

/**
 * What root is to know of an installation, beside the files.
 */
final class InstallNotes {

	private InstallNotes() {
	}

	static List<String> toStart(InstallPlan plan, Release release) {
		List<String> notes = new ArrayList<>();
		notes.add("Start the application as user '" + plan.appUser() + "' from the same build, best from '"
				+ release.application() + "'; restart it if it is running.");
		if (!plan.paths().prefix().equals(Path.of("/"))) {
			boolean sudo = plan.launcher() == LauncherType.SUDO;
			if (sudo) {
				notes.add("Sudo reads '" + plan.paths().sudoers() + "' only if its configuration includes it.");
			}
			plan.contexts()
				.keySet()
				.forEach((name) -> notes.add("Configure 'privsep.contexts." + name
						+ ((plan.launcher() == LauncherType.SYSTEMD) ? ".socket=" + plan.paths().socket(name)
								: ".wrapper=" + plan.paths().wrapper(name))
						+ "'."));
		}
		return notes;
	}

	/**
	 * What gives rights, and to whom.
	 * @param plan what is installed
	 * @param sudoOptions the options that sudo knows
	 * @return lines
	 */
	static List<String> ofRights(InstallPlan plan, List<String> sudoOptions) {
		List<String> lines = new ArrayList<>();
		plan.contexts().forEach((name, context) -> {
			lines.add("context " + name + ": user " + context.user() + ", capabilities " + context.capabilities());
			plan.functions(name).forEach((function) -> lines.add("  " + function));
			if (plan.launcher() == LauncherType.SYSTEMD) {
				lines.add("  unit " + plan.paths().unit(name, UnitText.SOCKET));
				lines.add("  unit " + plan.paths().unit(name, UnitText.SERVICE));
			}
			else {
				lines.add("  wrapper " + plan.paths().wrapper(name));
			}
		});
		plan.sandboxed()
			.forEach((name) -> lines.add("context " + name
					+ ": not installed, as its sandbox only takes from the application's own rights"));
		if (plan.launcher() == LauncherType.SUDO) {
			lines.add("rule of sudo " + plan.paths().sudoers());
			SudoersText
				.of(plan.paths().application(), plan.appUser(),
						plan.contexts().keySet().stream().map(plan.paths()::wrapper).toList(), sudoOptions)
				.lines()
				.filter((line) -> !line.startsWith("#"))
				.forEach((line) -> lines.add("  " + line));
		}
		return lines;
	}

	static List<String> ofAudit(InstallPlan plan, Collection<HelperDefinition> definitions) {
		List<String> notes = new ArrayList<>();
		for (HelperDefinition definition : definitions) {
			AuditPlace audit = definition.logging().audit();
			if (audit instanceof AuditPlace.File file) {
				notes.add("Context '" + definition.context() + "' audits its calls in '" + file.path()
						+ "', which stays when this is uninstalled.");
			}
			else if (audit instanceof AuditPlace.StandardError && plan.launcher() != LauncherType.SYSTEMD) {
				notes.add("Context '" + definition.context() + "' audits its calls on its standard error, which"
						+ " the application reads and so could hide; 'audit: file' is out of its reach.");
			}
		}
		return notes;
	}

	static List<String> ofSharedUsers(InstalledPaths paths, InstallationRecord record) throws IOException {
		List<String> notes = new ArrayList<>();
		for (InstallationRecord other : Installations.all(paths.prefix())) {
			for (InstallationRecord.InstalledContext theirs : other.contexts()) {
				for (InstallationRecord.InstalledContext ours : record.contexts()) {
					if (ours.uid() == theirs.uid() && !other.application().equals(record.application())) {
						notes.add("Warning: context '" + ours.name() + "' shares the user '" + ours.user()
								+ "' with context '" + theirs.name() + "' of '" + other.application()
								+ "': their helpers could take over each other.");
					}
				}
			}
		}
		return notes;
	}

}
