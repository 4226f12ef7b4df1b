package io.privsep.linux;

import java.util.Optional;
import java.util.function.LongFunction;

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
		return Database.find(Database.GETPWNAM, user, Database::id);
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
		return Database.find(Database.GETGRNAM, group, Database::id);
	}

	/**
	 * The primary group of a user.
	 * @param uid the user's id
	 * @return the group's id, or nothing if the user has no entry in the user database
	 */
	public static Optional<Integer> primaryGid(int uid) {
		return Database.find(Database.GETPWUID, uid, Database::primaryGid);
	}

	/**
	 * The name of a user.
	 * @param uid the user's id
	 * @return the name, or the number if the user has no entry in the user database
	 */
	public static String userName(int uid) {
		return Database.find(Database.GETPWUID, uid, Database::name).orElse(Integer.toUnsignedString(uid));
	}

	/**
	 * The name of a group.
	 * @param gid the group's id
	 * @return the name, or the number if the group has no entry in the group database
	 */
	public static String groupName(int gid) {
		return Database.find(Database.GETGRGID, gid, Database::name).orElse(Integer.toUnsignedString(gid));
	}

	private static Optional<Integer> number(String text) {
		long number = Long.parseLong(text);
		// the last number means "leave it as it is" to setresuid(2)
		return (number < 0xffffffffL) ? Optional.of((int) number) : Optional.empty();
	}

	/**
	 * The system's databases, where {@code struct passwd} and {@code struct group} begin
	 * alike, on all platforms: two pointers, of which the first is to the name, then the
	 * id; after that of a user comes the id of its group.
	 */
	private static final class Database {

		static final CFunction GETPWNAM = new CFunction("getpwnam", CFunction.POINTER, CFunction.POINTER);

		static final CFunction GETPWUID = new CFunction("getpwuid", CFunction.POINTER, CFunction.INT);

		static final CFunction GETGRNAM = new CFunction("getgrnam", CFunction.POINTER, CFunction.POINTER);

		static final CFunction GETGRGID = new CFunction("getgrgid", CFunction.POINTER, CFunction.INT);

		private static final long ID = 2L * CLibrary.POINTER_SIZE;

		// an entry lies where the next one will
		static synchronized <T> Optional<T> find(CFunction function, Object key, LongFunction<T> reader) {
			if (key instanceof String name && name.indexOf(0) >= 0) {
				// which C would take for its end
				return Optional.empty();
			}
			long entry = function.address(key);
			return (entry != 0) ? Optional.of(reader.apply(entry)) : Optional.empty();
		}

		static String name(long entry) {
			return CLibrary.getString(CLibrary.getAddress(entry));
		}

		static int id(long entry) {
			return CLibrary.getInt(entry + ID);
		}

		static int primaryGid(long entry) {
			return CLibrary.getInt(entry + ID + Integer.BYTES);
		}

	}

}
