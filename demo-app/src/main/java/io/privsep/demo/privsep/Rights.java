package io.privsep.demo.privsep;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What the kernel says about a process in {@code /proc/<pid>/status}.
 *
 * @param pid process id
 * @param uid effective user id
 * @param gid effective group id
 * @param groups supplementary groups, separated by blanks
 * @param effective effective capabilities, in hexadecimal
 * @param bounding bounding set, in hexadecimal
 * @param noNewPrivs whether exec can no longer give rights
 */
public record Rights(long pid, long uid, long gid, String groups, String effective, String bounding,
		boolean noNewPrivs) {

	/**
	 * The rights of the process that asks.
	 * @return its rights
	 * @throws IOException if {@code /proc} cannot be read
	 */
	public static Rights ofThisProcess() throws IOException {
		return of(Path.of("/proc/self/status"));
	}

	/**
	 * The rights of a process, whoever runs it: the system lets everyone read them.
	 * @param pid process id
	 * @return its rights
	 * @throws IOException if there is no such process, or it is hidden
	 */
	public static Rights ofProcess(long pid) throws IOException {
		return of(Path.of("/proc", String.valueOf(pid), "status"));
	}

	private static Rights of(Path file) throws IOException {
		Map<String, String> status = new HashMap<>();
		for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
			String[] field = line.split(":", 2);
			status.put(field[0], field[1].strip());
		}
		return new Rights(Long.parseLong(field(status, "Pid")), effectiveId(field(status, "Uid")),
				effectiveId(field(status, "Gid")), field(status, "Groups"), field(status, "CapEff"),
				field(status, "CapBnd"), "1".equals(field(status, "NoNewPrivs")));
	}

	private static String field(Map<String, String> status, String name) {
		return Objects.requireNonNull(status.get(name), name);
	}

	private static long effectiveId(String ids) {
		return Long.parseLong(ids.split("\\s+")[1]);
	}

}
