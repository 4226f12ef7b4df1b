package io.privsep.install.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The helpers of an installation that run, in proc(5).
 */
public final class RunningHelpers {

	private RunningHelpers() {
	}

	/**
	 * Finds helpers, whoever has started them.
	 * @param base the directory of the installation
	 * @return a name for each, such as {@code motd (pid 4711)}
	 * @throws IOException if the system does not tell
	 */
	public static List<String> of(Path base) throws IOException {
		List<String> helpers = new ArrayList<>();
		try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
			for (Path process : processes) {
				String context = context(process, base);
				if (!context.isEmpty()) {
					helpers.add(context + " (pid " + process.getFileName() + ")");
				}
			}
		}
		return helpers.stream().sorted().toList();
	}

	// Not what stands before it, such as sudo or bubblewrap, whose last word is the same.
	private static String context(Path process, Path base) {
		String[] words;
		try {
			words = new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8).split("\0");
		}
		catch (IOException ex) {
			// it has ended
			return "";
		}
		String file = words[words.length - 1];
		if (!words[0].endsWith("/java") || !file.startsWith(base.resolve("releases") + "/")
				|| !file.endsWith(".properties")) {
			return "";
		}
		String name = Path.of(file).getFileName().toString();
		return name.substring(0, name.length() - ".properties".length());
	}

}
