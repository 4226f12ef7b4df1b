package io.privsep.rights;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * The rights of one thread, as {@code /proc/<pid>/task/<tid>/status} shows them
 * (proc(5)).
 * <p>
 * Rights are the thread's in Linux, not the process's; that is why all threads are asked.
 *
 * @param uids real, effective, saved and file system user ids
 * @param gids real, effective, saved and file system group ids
 * @param groups supplementary groups, ascending
 * @param inheritable inheritable capabilities
 * @param permitted permitted capabilities
 * @param effective effective capabilities
 * @param bounding bounding set
 * @param ambient ambient capabilities
 * @param noNewPrivs whether exec can no longer give rights
 * @param seccompMode 2 where a filter decides which system calls it may make
 * (seccomp(2)), 0 where none does
 */
public record ThreadRights(List<Integer> uids, List<Integer> gids, List<Integer> groups, Capabilities inheritable,
		Capabilities permitted, Capabilities effective, Capabilities bounding, Capabilities ambient, boolean noNewPrivs,
		int seccompMode) {

	/**
	 * Reads the rights of every thread of this process.
	 * @return the rights by thread id
	 * @throws IOException if {@code /proc} cannot be read
	 */
	public static Map<String, ThreadRights> ofAllThreads() throws IOException {
		return ofAllThreads(Path.of("/proc/self"));
	}

	/**
	 * Reads the rights of every thread of a process.
	 * @param process the process's directory in {@code /proc}
	 * @return the rights by thread id
	 * @throws IOException if the directory cannot be read
	 */
	public static Map<String, ThreadRights> ofAllThreads(Path process) throws IOException {
		Map<String, ThreadRights> rights = new HashMap<>();
		Path tasks = process.resolve("task");
		String[] names = tasks.toFile().list();
		if (names == null) {
			throw new IOException("'" + tasks + "' cannot be read");
		}
		for (String name : names) {
			Path task = tasks.resolve(name);
			try {
				rights.put(name, read(task.resolve("status")));
			}
			catch (IOException ex) {
				// ENOENT, or ESRCH where the thread ended while it was read
				if (!Files.notExists(task)) {
					throw ex;
				}
			}
		}
		return rights;
	}

	/**
	 * Reads the rights of the main thread of this process.
	 * @return the rights
	 * @throws IOException if {@code /proc} cannot be read
	 */
	public static ThreadRights ofThisProcess() throws IOException {
		return read(Path.of("/proc/self/status"));
	}

	static ThreadRights read(Path status) throws IOException {
		return parse(text(status));
	}

	/**
	 * Reads a file in {@code /proc}. A channel, as {@link Files} takes one, would load
	 * twenty classes more at a helper's start.
	 * @param file the file
	 * @return its content
	 * @throws IOException if it cannot be read
	 */
	public static String text(Path file) throws IOException {
		try (FileInputStream in = new FileInputStream(file.toFile())) {
			return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
		}
	}

	static ThreadRights parse(String status) throws IOException {
		Map<String, String> fields = new HashMap<>();
		for (String line : status.split("\n")) {
			int colon = line.indexOf(':');
			if (colon > 0) {
				fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
			}
		}
		return new ThreadRights(ids(field(fields, "Uid")), ids(field(fields, "Gid")),
				List.copyOf(new TreeSet<>(ids(field(fields, "Groups")))), mask(fields, "CapInh"),
				mask(fields, "CapPrm"), mask(fields, "CapEff"), mask(fields, "CapBnd"), mask(fields, "CapAmb"),
				field(fields, "NoNewPrivs").equals("1"),
				// a kernel that has no such thing does not tell
				Integer.parseInt(fields.getOrDefault("Seccomp", "0")));
	}

	/**
	 * Whether there is nothing to give up: it is not root, and has no capability.
	 * @return whether it is like that of an ordinary user's process
	 */
	public boolean isOfOrdinaryUser() {
		return !this.uids.contains(0) && this.permitted.isEmpty();
	}

	// a record's own are put together at run time, which takes long at a helper's start
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ThreadRights rights && this.uids.equals(rights.uids) && this.gids.equals(rights.gids)
				&& this.groups.equals(rights.groups) && this.inheritable.equals(rights.inheritable)
				&& this.permitted.equals(rights.permitted) && this.effective.equals(rights.effective)
				&& this.bounding.equals(rights.bounding) && this.ambient.equals(rights.ambient)
				&& this.noNewPrivs == rights.noNewPrivs && this.seccompMode == rights.seccompMode;
	}

	@Override
	public int hashCode() {
		return 31 * this.uids.hashCode() + this.effective.hashCode();
	}

	private static String field(Map<String, String> fields, String name) throws IOException {
		String value = fields.get(name);
		if (value == null) {
			throw new IOException("The status of a thread in /proc has no field '" + name + "'");
		}
		return value;
	}

	private static Capabilities mask(Map<String, String> fields, String name) throws IOException {
		return new Capabilities(Long.parseUnsignedLong(field(fields, name), 16));
	}

	private static List<Integer> ids(String text) {
		List<Integer> ids = new ArrayList<>();
		StringTokenizer tokens = new StringTokenizer(text);
		while (tokens.hasMoreTokens()) {
			ids.add(Integer.parseUnsignedInt(tokens.nextToken()));
		}
		return ids;
	}

}
