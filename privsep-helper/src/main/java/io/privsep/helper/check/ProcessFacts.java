package io.privsep.helper.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import io.privsep.definition.Sandbox;
import io.privsep.rights.ThreadRights;

/**
 * What Linux tells about this process, in proc(5).
 *
 * @param threads rights of all threads
 * @param environment names of the environment variables
 * @param workingDirectory the working directory
 * @param umask the umask, four octal digits
 * @param limits soft and hard limits, such as {@code 0 0}, by their names in
 * {@code /proc/self/limits}
 * @param timerSlack by how much the kernel may delay timed waits, in nanoseconds, without
 * a sign; 0 if this system does not tell
 * @param personality its execution domain (personality(2)), eight hexadecimal digits;
 * empty if this system does not tell
 * @param mergesMemory whether the kernel may merge its memory with that of others which
 * has the same content, who could tell that by the time that a write takes
 */
public record ProcessFacts(Map<String, ThreadRights> threads, Set<String> environment, String workingDirectory,
		String umask, Map<String, String> limits, long timerSlack, String personality, boolean mergesMemory) {

	private static final Path SELF = Path.of("/proc/self");

	/** Where the columns of {@code /proc/self/limits} begin and end (fs/proc/base.c). */
	private static final int SOFT = 26;

	private static final int HARD = 47;

	private static final int UNIT = 68;

	/**
	 * Whether this system is Linux.
	 * @return whether it is
	 */
	public static boolean isLinux() {
		return System.getProperty("os.name").equals("Linux");
	}

	/**
	 * Whether the helper was started in a sandbox, by what it was told.
	 * @return whether it was
	 */
	static boolean isToldOfASandbox() {
		return System.getProperty(Sandbox.OUTSIDE) != null;
	}

	/**
	 * The process id. A {@code ProcessHandle} would begin a thread pool for what nobody
	 * asks here.
	 * @return the process id, as the helper itself sees it
	 */
	public static long pid() {
		if (isLinux()) {
			try {
				return Long.parseLong(Files.readSymbolicLink(SELF).toString());
			}
			catch (IOException ex) {
				// without /proc
			}
		}
		return ProcessHandle.current().pid();
	}

	static ProcessFacts ofThisProcess() throws IOException {
		Map<String, String> limits = new HashMap<>();
		String umask = "";
		for (String line : lines("limits")) {
			if (line.startsWith("Max ") && line.length() >= UNIT) {
				limits.put(line.substring(0, SOFT).strip(),
						line.substring(SOFT, HARD).strip() + " " + line.substring(HARD, UNIT).strip());
			}
		}
		for (String line : lines("status")) {
			if (line.startsWith("Umask:")) {
				umask = line.substring("Umask:".length()).strip();
			}
		}
		return new ProcessFacts(ThreadRights.ofAllThreads(), System.getenv().keySet(),
				SELF.resolve("cwd").toRealPath().toString(), umask, limits, readTimerSlack(), text(SELF, "personality"),
				text(SELF, "ksm_stat").contains("ksm_merge_any: yes"));
	}

	// Each thread may read its own, and none but the first has it below /proc/self.
	// Threads have that of the one that starts them, which goes back to the first.
	private static long readTimerSlack() throws IOException {
		Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
		String slack = text(Path.of("/proc").resolve(thread), "timerslack_ns");
		return slack.isEmpty() ? 0 : Long.parseUnsignedLong(slack);
	}

	private static String text(Path directory, String file) throws IOException {
		Path path = directory.resolve(file);
		return Files.notExists(path) ? "" : ThreadRights.text(path).strip();
	}

	private static String[] lines(String file) throws IOException {
		return ThreadRights.text(SELF.resolve(file)).split("\n");
	}

}
