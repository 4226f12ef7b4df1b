package io.privsep.install.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The helpers of an installation that run, in proc(5).
 */
public final class RunningHelpers {

	private static final long NO_UID = -1;

	private RunningHelpers() {
	}

	/**
	 * Finds helpers, also those of others. The arguments of a process are its own choice:
	 * so those of other users are none.
	 * @param base the directory of the installation
	 * @param uids the users of its helpers; empty if they are not known
	 * @return a name for each, such as {@code motd (pid 4711)}
	 * @throws IOException if the system does not tell
	 */
	public static List<String> of(Path base, Set<Long> uids) throws IOException {
		List<String> helpers = new ArrayList<>();
		try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
			for (Path process : processes) {
				String context = context(process, base);
				if (!context.isEmpty() && (uids.isEmpty() || uids.contains(uid(process)))) {
					helpers.add(context + " (pid " + process.getFileName() + ")");
				}
			}
		}
		return helpers.stream().sorted().toList();
	}

	private static long uid(Path process) {
		try (Stream<String> lines = Files.lines(process.resolve("status"), StandardCharsets.ISO_8859_1)) {
			return lines.filter((line) -> line.startsWith("Uid:"))
				.map((line) -> Long.parseLong(line.split("\\s+")[1]))
				.findFirst()
				.orElse(NO_UID);
		}
		catch (IOException | UncheckedIOException ex) {
			// it has ended
			return NO_UID;
		}
	}

	// Not what stands before it, such as sudo or bubblewrap, whose last word is the same.
	private static String context(Path process, Path base) {
		String[] command;
		try {
			command = new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8).split("\0");
		}
		catch (IOException ex) {
			// it has ended
			return "";
		}
		String file = command[command.length - 1];
		if (!command[0].endsWith("/java") || !file.startsWith(base.resolve("releases") + "/")
				|| !file.endsWith(".properties")) {
			return "";
		}
		String name = Path.of(file).getFileName().toString();
		return name.substring(0, name.length() - ".properties".length());
	}

}
