package io.privsep.process;

import java.util.Optional;

import jnr.posix.Group;
import jnr.posix.Passwd;

/**
 * Users and groups of this system, each by a name or a number.
 */
public final class Accounts {

	private static final String NUMBER = "\\d{1,10}";

	private Accounts() {
	}

	/**
	 * The id of a user.
	 * @param user a name or a number; a number needs no entry in the user database
	 * @return the id, or nothing if there is no user of that name
	 */
	public static Optional<Integer> uid(String user) {
		if (user.matches(NUMBER)) {
			return number(user);
		}
		Passwd passwd = Posix.posix().getpwnam(user);
		return (passwd != null) ? Optional.of((int) passwd.getUID()) : Optional.empty();
	}

	/**
	 * The id of a group.
	 * @param group a name or a number; a number needs no entry in the group database
	 * @return the id, or nothing if there is no group of that name
	 */
	public static Optional<Integer> gid(String group) {
		if (group.matches(NUMBER)) {
			return number(group);
		}
		Group entry = Posix.posix().getgrnam(group);
		return (entry != null) ? Optional.of((int) entry.getGID()) : Optional.empty();
	}

	/**
	 * The primary group of a user.
	 * @param uid the user's id
	 * @return the group's id, or nothing if the user has no entry in the user database
	 */
	public static Optional<Integer> primaryGid(int uid) {
		Passwd passwd = Posix.posix().getpwuid(uid);
		return (passwd != null) ? Optional.of((int) passwd.getGID()) : Optional.empty();
	}

	/**
	 * The name of a user.
	 * @param uid the user's id
	 * @return the name, or the number if the user has no entry in the user database
	 */
	public static String userName(int uid) {
		Passwd passwd = Posix.posix().getpwuid(uid);
		return (passwd != null) ? passwd.getLoginName() : Integer.toUnsignedString(uid);
	}

	/**
	 * The name of a group.
	 * @param gid the group's id
	 * @return the name, or the number if the group has no entry in the group database
	 */
	public static String groupName(int gid) {
		Group group = Posix.posix().getgrgid(gid);
		return (group != null) ? group.getName() : Integer.toUnsignedString(gid);
	}

	private static Optional<Integer> number(String text) {
		long number = Long.parseLong(text);
		// the last number means "leave it as it is" to setresuid(2)
		return (number < 0xffffffffL) ? Optional.of((int) number) : Optional.empty();
	}

}
