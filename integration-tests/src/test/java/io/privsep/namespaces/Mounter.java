package io.privsep.namespaces;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.privsep.PrivsepFunction;

/**
 * Functions with {@code sys_admin}.
 */
@PrivsepFunction("mounter")
public class Mounter {

	public boolean sees(Path file) {
		return Files.exists(file);
	}

	/**
	 * Mounts an empty file system.
	 * @param directory where
	 * @return what mount(8) says
	 * @throws Exception if it cannot be run
	 */
	public String mount(Path directory) throws Exception {
		return run("/usr/bin/mount", "-t", "tmpfs", "privsep-it", directory.toString());
	}

	/**
	 * Gives a network a name.
	 * @param name its name
	 * @return what ip(8) says
	 * @throws Exception if it cannot be run
	 */
	public String addNetwork(String name) throws Exception {
		return run("/usr/bin/ip", "netns", "add", name);
	}

	private static String run(String... words) throws Exception {
		Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
		return process.waitFor() + output;
	}

}
