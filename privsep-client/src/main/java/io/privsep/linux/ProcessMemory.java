package io.privsep.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * The memory of a process, as Linux tells it (proc_pid_status(5)).
 */
public final class ProcessMemory {

	private static final String RESIDENT = "VmRSS:";

	private ProcessMemory() {
	}

	/**
	 * How much of a process is in memory.
	 * @param pid its process id
	 * @return bytes; nothing where the system does not tell, or the process has ended
	 */
	public static OptionalDouble resident(long pid) {
		try {
			for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
				if (line.startsWith(RESIDENT)) {
					String kibibytes = line.substring(RESIDENT.length()).replace("kB", "").strip();
					return OptionalDouble.of(Long.parseLong(kibibytes) * 1024.0);
				}
			}
		}
		catch (IOException | NumberFormatException ex) {
			// not Linux, hidden from this user, or gone
		}
		return OptionalDouble.empty();
	}

}
