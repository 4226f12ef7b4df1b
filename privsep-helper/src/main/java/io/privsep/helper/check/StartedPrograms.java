package io.privsep.helper.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The programs that functions have started, which have the helper's rights and would keep
 * them: all in the helper's session, also those whose parent has ended.
 */
public final class StartedPrograms {

	/** More are looked for that often, as one may start another meanwhile. */
	private static final int ROUNDS = 10;

	/** Field session of proc_pid_stat(5), counted from the one after the name. */
	private static final int SESSION_FIELD = 3;

	private StartedPrograms() {
	}

	/** Ends them. */
	public static void end() {
		long self = ProcessHandle.current().pid();
		try {
			if (ProcessFacts.isLinux() && session(Long.toString(self)) == self) {
				int rounds = 0;
				while (rounds < ROUNDS && endAll(self)) {
					rounds++;
				}
			}
		}
		catch (IOException | NumberFormatException ex) {
			// without /proc there is no way to find them
		}
	}

	private static boolean endAll(long self) throws IOException {
		boolean found = false;
		try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
			for (Path process : processes) {
				String pid = process.getFileName().toString();
				if (!pid.equals(Long.toString(self)) && session(pid) == self) {
					found |= ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::destroyForcibly).orElse(false);
				}
			}
		}
		return found;
	}

	private static long session(String pid) {
		try {
			String stat = new String(Files.readAllBytes(Path.of("/proc", pid, "stat")), StandardCharsets.ISO_8859_1);
			// the name of the program stands in brackets and may have spaces
			String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
			// Z: it has ended, and waits for its parent
			return fields[0].equals("Z") ? -1 : Long.parseLong(fields[SESSION_FIELD]);
		}
		catch (IOException ex) {
			// it has ended meanwhile
			return -1;
		}
	}

}
