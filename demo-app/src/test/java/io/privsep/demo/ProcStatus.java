package io.privsep.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads {@code /proc/<pid>}, on its own: not with the code that it is to check.
 */
public final class ProcStatus {

	private ProcStatus() {
	}

	/**
	 * Reads the status of every thread.
	 * @param pid the process
	 * @return the fields of each thread, their values with single blanks
	 * @throws IOException if the process is gone
	 */
	public static List<Map<String, String>> ofAllThreads(long pid) throws IOException {
		List<Map<String, String>> threads = new ArrayList<>();
		try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
			for (Path task : tasks.toList()) {
				try {
					threads.add(read(task.resolve("status")));
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

	/**
	 * Whether a process runs; one that has ended and that nobody has reaped does not.
	 * @param pid the process
	 * @return whether it runs
	 * @throws IOException if {@code /proc} cannot be read
	 */
	public static boolean isRunning(long pid) throws IOException {
		try {
			return !read(Path.of("/proc/" + pid + "/status")).getOrDefault("State", "Z").startsWith("Z");
		}
		catch (NoSuchFileException ex) {
			return false;
		}
		catch (IOException ex) {
			// ESRCH: it went while it was read
			if (!Files.exists(Path.of("/proc/" + pid))) {
				return false;
			}
			throw ex;
		}
	}

	/**
	 * Waits until a process does not run any more.
	 * @param pid the process
	 * @throws Exception if it still runs after two minutes
	 */
	public static void awaitGone(long pid) throws Exception {
		for (int i = 0; isRunning(pid); i++) {
			if (i == 6000) {
				throw new AssertionError("Process " + pid + " still runs");
			}
			Thread.sleep(20);
		}
	}

	private static Map<String, String> read(Path status) throws IOException {
		Map<String, String> fields = new HashMap<>();
		for (String line : Files.readAllLines(status)) {
			String[] field = line.split(":", 2);
			if (field.length == 2) {
				fields.put(field[0], field[1].strip().replaceAll("\\s+", " "));
			}
		}
		return fields;
	}

}
