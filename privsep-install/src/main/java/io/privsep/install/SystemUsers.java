package io.privsep.install;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.privsep.context.PrivsepProperties.Context;
import io.privsep.linux.Accounts;

/**
 * The users and groups that contexts name and the system lacks.
 */
final class SystemUsers {

	/** Somebody else has made it in the meantime: useradd(8), groupadd(8). */
	private static final int NAME_IN_USE = 9;

	private final Set<String> groups = new LinkedHashSet<>();

	private final Set<String> users = new LinkedHashSet<>();

	private final List<String> primaryGroups = new ArrayList<>();

	/**
	 * Finds those that are missing.
	 * @param contexts the contexts
	 */
	SystemUsers(Collection<Context> contexts) {
		for (Context context : contexts) {
			context.groups().forEach(this::needGroup);
			if (context.group() != null) {
				needGroup(context.group());
			}
			if (context.user() != null && Accounts.uid(context.user()).isEmpty() && this.users.add(context.user())) {
				String group = context.group();
				// useradd takes no number that is not a group's
				this.primaryGroups.add((group != null && !group.matches("\\d+")) ? group : "");
			}
		}
	}

	private void needGroup(String group) {
		if (Accounts.gid(group).isEmpty()) {
			this.groups.add(group);
		}
	}

	List<String> users() {
		return List.copyOf(this.users);
	}

	List<String> groups() {
		return List.copyOf(this.groups);
	}

	/**
	 * The programs that make them, and take them back.
	 * @return their names
	 */
	List<String> programs() {
		List<String> programs = new ArrayList<>();
		if (!this.groups.isEmpty()) {
			programs.addAll(List.of("groupadd", "groupdel"));
		}
		if (!this.users.isEmpty()) {
			programs.addAll(List.of("useradd", "userdel"));
		}
		return programs;
	}

	/**
	 * Makes them: without a home, a password or a shell.
	 * @param files takes them back, if it is told to
	 */
	void make(SystemFiles files) {
		for (String group : this.groups) {
			make("groupadd", List.of("--system", group), files, () -> removeGroup(group));
		}
		int i = 0;
		for (String user : this.users) {
			String group = this.primaryGroups.get(i++);
			List<String> arguments = new ArrayList<>(List.of("--system", "--no-create-home", "--home-dir",
					"/nonexistent", "--shell", "/usr/sbin/nologin"));
			if (group.isEmpty()) {
				arguments.add("--user-group");
			}
			else {
				arguments.addAll(List.of("--gid", group));
			}
			arguments.add(user);
			make("useradd", arguments, files, () -> removeUser(user));
		}
	}

	private static void make(String program, List<String> arguments, SystemFiles files, SystemFiles.Undo undo) {
		SystemCommand.Result result = SystemCommand.execute(SystemCommand.program(program), arguments);
		// it may fail when an entry is made already, as with a full disk
		if (result.exitCode() != NAME_IN_USE) {
			files.onUndo(undo);
		}
		result.requireSuccess(SystemCommand.program(program), arguments);
	}

	static void removeUser(String user) {
		if (Accounts.uid(user).isPresent()) {
			// its group of the same name goes with it
			SystemCommand.run("userdel", user);
		}
	}

	static void removeGroup(String group) {
		if (Accounts.gid(group).isPresent()) {
			SystemCommand.run("groupdel", group);
		}
	}

}
