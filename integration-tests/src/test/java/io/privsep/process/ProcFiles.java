package io.privsep.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What Linux tells about a process, in proc(5); read on its own, not with the code that
 * it is to check.
 */
final class ProcFiles {

	private ProcFiles() {
	}

	static int uid() throws IOException {
		return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
	}

	/**
	 * The status of every thread.
	 * @param pid the process
	 * @return the fields of each thread, their values with single blanks
	 * @throws IOException if the process is gone
	 */
	static List<Map<String, String>> statusOfAllThreads(long pid) throws IOException {
		List<Map<String, String>> threads = new ArrayList<>();
		try (Stream<Path> tasks = Files.list(path(pid, "task"))) {
			for (Path task : tasks.toList()) {
				try {
					threads.add(fields(task.resolve("status")));
				}
				catch (IOException ex) {
					// ENOENT, or ESRCH where the thread ended while it was read
					if (!Files.notExists(task)) {
						throw ex;
					}
				}
			}
		}
		return threads;
	}

	static Map<String, String> status(long pid) throws IOException {
		return fields(path(pid, "status"));
	}

	/**
	 * Whether a process runs; one that has ended and that nobody has reaped does not.
	 * @param pid the process
	 * @return whether it runs
	 * @throws IOException if {@code /proc} cannot be read
	 */
	static boolean isRunning(long pid) throws IOException {
		try {
			return !status(pid).getOrDefault("State", "Z").startsWith("Z");
		}
		catch (IOException ex) {
			// ENOENT, or ESRCH where it went while it was read
			if (!Files.exists(path(pid, ""))) {
				return false;
			}
			throw ex;
		}
	}

	static List<String> environment(long pid) throws IOException {
		return Arrays.stream(text(path(pid, "environ")).split("\0")).filter((variable) -> !variable.isEmpty()).toList();
	}

	static String limit(long pid, String name) throws IOException {
		return text(path(pid, "limits")).lines()
			.filter((line) -> line.startsWith(name))
			.map((line) -> line.substring(name.length()).strip().replaceAll("\\s+", " "))
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Fields of {@code /proc/<pid>/stat}, counted as in proc(5).
	 * @param pid the process
	 * @param number the number of the field, 3 or more
	 * @return its value
	 * @throws IOException if the process is gone
	 */
	static String stat(long pid, int number) throws IOException {
		String stat = text(path(pid, "stat"));
		// the second field, the name in brackets, may have spaces
		return stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ")[number - 3];
	}

	static Path link(long pid, String name) throws IOException {
		return Files.readSymbolicLink(path(pid, name));
	}

	private static Path path(long pid, String name) {
		return Path.of("/proc/" + pid, name);
	}

	private static Map<String, String> fields(Path status) throws IOException {
		Map<String, String> fields = new HashMap<>();
		for (String line : text(status).split("\n")) {
			String[] field = line.split(":", 2);
			fields.put(field[0], field[1].strip().replaceAll("\\s+", " "));
		}
		return fields;
	}

	private static String text(Path file) throws IOException {
		return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
	}

}
