package io.privsep.helper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who calls: the user at the other end of the connection, for whom the kernel vouches,
 * and the process of that user which had this helper started.
 * <p>
 * The kernel tells the process as well, but Java does not pass it on
 * ({@code jdk.net.UnixDomainPrincipal}). So it is the nearest ancestor of that user; or
 * the one in the name of the instance, where systemd accepted the connection
 * (systemd.socket(5), {@code Accept=}).
 *
 * @param uid the user id; -1 if the platform has none
 * @param pid the process id; -1 if it cannot be known
 */
record Peer(int uid, long pid) {

	static final Peer UNKNOWN = new Peer(-1, -1);

	/** Of the system: an instance of a user's own could have any name. */
	private static final Pattern INSTANCE = Pattern
		.compile("^\\d+:[^:]*:/system\\.slice/([^/]+\\.slice/)*privsep-[^/@]+@\\d+-(\\d+)-(\\d+)\\.service$");

	private static final int MAX_ANCESTORS = 16;

	static Peer find(int uid) {
		if (uid == -1 || !ProcessFacts.isLinux()) {
			return UNKNOWN;
		}
		try {
			long pid = ofInstance(uid, text(Path.of("/proc/self/cgroup")));
			return new Peer(uid, (pid != -1) ? pid : ofAncestors(uid));
		}
		catch (IOException | NumberFormatException ex) {
			// another's process may be hidden (proc(5), hidepid)
			return new Peer(uid, -1);
		}
	}

	static long ofInstance(int uid, String cgroups) {
		for (String line : cgroups.split("\n")) {
			Matcher instance = INSTANCE.matcher(line);
			if (instance.find() && instance.group(3).equals(Integer.toUnsignedString(uid))) {
				return Long.parseLong(instance.group(2));
			}
		}
		return -1;
	}

	private static long ofAncestors(int uid) throws IOException {
		String pid = "self";
		for (int i = 0; i < MAX_ANCESTORS; i++) {
			pid = field(text(Path.of("/proc", pid, "status")), "PPid:");
			if (pid.equals("0")) {
				break;
			}
			String uids = field(text(Path.of("/proc", pid, "status")), "Uid:");
			if (uids.equals(Integer.toUnsignedString(uid))) {
				return Long.parseLong(pid);
			}
		}
		return -1;
	}

	// the first word of the line
	private static String field(String status, String name) {
		for (String line : status.split("\n")) {
			if (line.startsWith(name)) {
				return line.substring(name.length()).strip().split("\\s")[0];
			}
		}
		return "0";
	}

	private static String text(Path file) throws IOException {
		return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
	}

}
