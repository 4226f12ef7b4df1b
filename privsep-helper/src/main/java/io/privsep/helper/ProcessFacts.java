package io.privsep.helper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

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
 */
record ProcessFacts(Map<String, ThreadRights> threads, Set<String> environment, String workingDirectory, String umask,
		Map<String, String> limits) {

	private static final Path SELF = Path.of("/proc/self");

	/** Where the columns of {@code /proc/self/limits} begin and end (fs/proc/base.c). */
	private static final int SOFT = 26;

	private static final int HARD = 47;

	private static final int UNIT = 68;

	static boolean isLinux() {
		return System.getProperty("os.name").equals("Linux");
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
				SELF.resolve("cwd").toRealPath().toString(), umask, limits);
	}

	private static String[] lines(String file) throws IOException {
		// the file has no length that could be relied on
		return new String(Files.readAllBytes(SELF.resolve(file)), StandardCharsets.ISO_8859_1).split("\n");
	}

}
