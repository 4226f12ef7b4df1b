package io.privsep.context;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The fonts of the system, for sandboxes: Java draws and measures no text without them.
 */
final class SystemFonts {

	private static final Path CONFIGURATION = Path.of("/etc/fonts");

	/**
	 * Where fontconfig (fonts-conf(5)) finds fonts, its configuration, and what it knows
	 * of them. Without that it reads all fonts at each start.
	 */
	private static final List<Path> DIRECTORIES = List.of(CONFIGURATION, Path.of("/usr/share/fontconfig"),
			Path.of("/usr/share/fonts"), Path.of("/usr/local/share/fonts"), Path.of("/var/cache/fontconfig"));

	private SystemFonts() {
	}

	/**
	 * Adds the fonts to what a sandbox may read.
	 * @param name name of the context
	 * @param read what it may read otherwise
	 * @return all that it may read
	 */
	static List<String> addTo(String name, List<String> read) {
		if (!Files.isRegularFile(CONFIGURATION.resolve("fonts.conf"))) {
			throw InvalidContext.value(name, ".sandbox.fonts", true,
					"there is no '/etc/fonts/fonts.conf': this system has no fonts; install fontconfig and a font (Debian:"
							+ " apt-get install fontconfig fonts-dejavu-core)");
		}
		List<String> all = new ArrayList<>(read);
		DIRECTORIES.stream()
			.filter(Files::isDirectory)
			.filter((directory) -> read.stream().noneMatch((path) -> directory.startsWith(path)))
			.forEach((directory) -> all.add(directory.toString()));
		return List.copyOf(all);
	}

}
