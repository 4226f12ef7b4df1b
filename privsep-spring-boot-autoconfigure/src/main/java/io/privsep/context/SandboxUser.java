package io.privsep.context;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;

import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.rights.Capabilities;
import io.privsep.rights.ThreadRights;

/**
 * Whom a sandboxed helper runs as where no user is configured: the application's own, or,
 * where that is root, a number that nobody has.
 */
final class SandboxUser {

	/**
	 * Numbers that are nobody's, first those above containers', and then the few below
	 * 65536, where the application is in a container that has no more (systemd's
	 * UIDS-GIDS).
	 */
	private static final List<Range> UNUSED = List.of(new Range(0x70000000, 1 << 24), new Range(60706, 478));

	private SandboxUser() {
	}

	/**
	 * The rights of a helper for which no user is configured.
	 * @param context name of the context
	 * @param applicationUid whom the application will be in the end
	 * @param applicationGid its group then
	 * @param own rights of the application now
	 * @return the rights
	 */
	static Rights of(String context, int applicationUid, int applicationGid, ThreadRights own) {
		if (applicationUid == 0) {
			int id = number(context, List.of(map("uid_map"), map("gid_map")));
			return new Rights(id, id, List.of(), Capabilities.NONE);
		}
		if (applicationUid == own.uids().get(1)) {
			return new Rights(applicationUid, own.gids().get(1), own.groups(), Capabilities.NONE);
		}
		return new Rights(applicationUid, applicationGid, List.of(), Capabilities.NONE);
	}

	static int number(String context, List<String> maps) {
		for (Range range : UNUSED) {
			if (maps.stream().allMatch(range::isMapped)) {
				CRC32 crc = new CRC32();
				crc.update(context.getBytes(StandardCharsets.UTF_8));
				return range.first() + (int) (crc.getValue() % range.count());
			}
		}
		throw new InsufficientRightsException(context,
				"The application is root in a user namespace, as in a container without root, that has no number for a"
						+ " sandboxed helper: /proc/self/uid_map or gid_map has none of those that are nobody's, from "
						+ UNUSED.get(1).first() + " to " + (UNUSED.get(1).first() + UNUSED.get(1).count() - 1),
				"Give the container 65536 numbers (/etc/subuid and /etc/subgid of who starts it), name a 'user' for the"
						+ " context, or do not run the application as root.");
	}

	private static String map(String name) {
		try {
			return Files.readString(Path.of("/proc/self", name));
		}
		catch (IOException ex) {
			// a kernel without user namespaces, as the trial of a sandbox tells
			return "0 0 4294967295";
		}
	}

	/**
	 * Numbers of users and groups.
	 *
	 * @param first the first
	 * @param count how many
	 */
	private record Range(int first, int count) {

		// a line has the first number inside, the one outside, and how many
		// (user_namespaces(7))
		boolean isMapped(String map) {
			return map.lines().map((line) -> line.strip().split("\\s+")).anyMatch((fields) -> {
				long inside = Long.parseLong(fields[0]);
				return inside <= this.first && this.first + this.count <= inside + Long.parseLong(fields[2]);
			});
		}

	}

}
