package io.privsep.helper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * @param softCoreLimit the soft limit of the size of core files
 * @param hardCoreLimit the hard limit of the size of core files
 */
record ProcessFacts(Map<String, ThreadRights> threads, Set<String> environment, String workingDirectory, String umask,
		String softCoreLimit, String hardCoreLimit) {

	private static final Path SELF = Path.of("/proc/self");

	static boolean isLinux() {
		return System.getProperty("os.name").equals("Linux");
	}

	static ProcessFacts ofThisProcess() throws IOException {
		String[] coreLimits = after("Max core file size", "limits").split("\\s+");
		return new ProcessFacts(ThreadRights.ofAllThreads(), System.getenv().keySet(),
				SELF.resolve("cwd").toRealPath().toString(), after("Umask:", "status"), coreLimits[0], coreLimits[1]);
	}

	private static String after(String start, String file) throws IOException {
		// the file has no length that could be relied on
		String text = new String(Files.readAllBytes(SELF.resolve(file)), StandardCharsets.ISO_8859_1);
		for (String line : text.split("\n")) {
			if (line.startsWith(start)) {
				return line.substring(start.length()).strip();
			}
		}
		throw new IOException("'" + SELF.resolve(file) + "' has no line '" + start + "'");
	}

}
