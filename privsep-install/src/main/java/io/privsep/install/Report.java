package io.privsep.install;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.privsep.linux.Accounts;
import io.privsep.wire.LogLine;

/**
 * What a command has done or found, to be printed.
 *
 * @param command the command
 * @param application name of the application
 * @param summary a sentence
 * @param users users that were made or removed
 * @param groups groups that were made or removed
 * @param files files that were written
 * @param details what gives rights, and to whom
 * @param problems what is wrong
 * @param notes what to do next
 */
record Report(String command, String application, String summary, List<String> users, List<String> groups,
		List<Line> files, List<String> details, List<String> problems, List<String> notes) {

	static Report of(String command, String application, String summary) {
		return new Report(command, application, summary, List.of(), List.of(), List.of(), List.of(), List.of(),
				List.of());
	}

	Report withProblems(List<String> found, List<String> seen) {
		return new Report(this.command, this.application, this.summary, this.users, this.groups, this.files,
				this.details, found, seen);
	}

	String toText() {
		List<String> lines = new ArrayList<>();
		lines.add(this.summary);
		this.users.forEach((user) -> lines.add("  user  " + user));
		this.groups.forEach((group) -> lines.add("  group " + group));
		if (this.details.isEmpty()) {
			this.files.forEach((file) -> lines.add("  " + file.mode() + " " + file.owner() + " " + file.path()));
		}
		else {
			this.details.forEach((detail) -> lines.add("  " + detail));
			lines.add("  " + this.files.size() + " files, "
					+ this.files.stream().filter((file) -> file.path().endsWith(".jar")).count()
					+ " of them jars; '--json' names each");
		}
		this.problems.forEach((problem) -> lines.add("  - " + problem));
		lines.addAll(this.notes);
		// also names of files of others' choice
		return lines.stream().map(LogLine::printable).collect(Collectors.joining("\n")) + "\n";
	}

	/**
	 * A file.
	 *
	 * @param path its path
	 * @param owner user and group, such as {@code root:root}
	 * @param mode its permissions, four octal digits
	 */
	record Line(String path, String owner, String mode) {

		static Line of(InstalledFile file) {
			return new Line(file.path(),
					Accounts.userName((int) file.uid()) + ":" + Accounts.groupName((int) file.gid()), file.mode());
		}

	}

}
