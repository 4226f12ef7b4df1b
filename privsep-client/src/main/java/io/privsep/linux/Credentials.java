package io.privsep.linux;

import java.io.IOException;

/**
 * The functions that change credentials. The C library's own change all threads of the
 * process, the kernel's only one (nptl(7)).
 */
final class Credentials {

	private static final CType INT = CFunction.INT;

	private static final CType POINTER = CFunction.POINTER;

	private static final CFunction SETGROUPS = new CFunction("setgroups", INT, POINTER, POINTER);

	private static final CFunction SETRESGID = new CFunction("setresgid", INT, INT, INT, INT);

	private static final CFunction SETRESUID = new CFunction("setresuid", INT, INT, INT, INT);

	private Credentials() {
	}

	static void clearGroups() throws IOException {
		SETGROUPS.check(0L, 0L);
	}

	static void setGid(int gid) throws IOException {
		SETRESGID.check(gid, gid, gid);
	}

	static void setUid(int uid) throws IOException {
		SETRESUID.check(uid, uid, uid);
	}

	/**
	 * Whether root could be had again; it is root then.
	 * @return whether it could
	 */
	static boolean regainsRoot() {
		return SETRESUID.call(0, 0, 0) == 0;
	}

}
