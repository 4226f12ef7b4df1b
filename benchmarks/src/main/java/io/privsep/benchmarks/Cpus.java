package io.privsep.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The CPUs of this machine.
 */
public final class Cpus {

	private Cpus() {
	}

	/**
	 * Where this process may run.
	 * @return numbers of CPUs
	 * @throws IOException if the system does not tell
	 */
	public static List<Integer> allowed() throws IOException {
		List<Integer> cpus = new ArrayList<>();
		for (String range : line(Path.of("/proc/self/status"), "Cpus_allowed_list").split(",")) {
			String[] ends = range.split("-");
			for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
				cpus.add(i);
			}
		}
		return cpus;
	}

	/**
	 * What kind of CPU they are.
	 * @return the model, as the system names it
	 * @throws IOException if the system does not tell
	 */
	public static String model() throws IOException {
		return line(Path.of("/proc/cpuinfo"), "model name");
	}

	private static String line(Path file, String name) throws IOException {
		for (String line : Files.readAllLines(file)) {
			if (line.startsWith(name)) {
				return line.substring(line.indexOf(':') + 1).strip();
			}
		}
		return "unknown";
	}

}
