package io.privsep.helper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

	private static final Pattern LIMIT = Pattern.compile("(Max [a-z ]+?)\\s{2,}(\\S+)\\s+(\\S+).*");

	static boolean isLinux() {
		return System.getProperty("os.name").equals("Linux");
	}

	static ProcessFacts ofThisProcess() throws IOException {
		Map<String, String> limits = new HashMap<>();
		String umask = "";
		for (String line : lines("limits")) {
			Matcher limit = LIMIT.matcher(line);
			if (limit.matches()) {
				limits.put(limit.group(1), limit.group(2) + " " + limit.group(3));
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
