package io.privsep.install;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Words as a shell, or systemd, has to read them to get the same words.
 */
final class ShellText {

	private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

	private ShellText() {
	}

	static String quote(String word) {
		return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
	}

	static String quoteLines(List<Path> paths) {
		return quote(paths.stream().map(Path::toString).collect(Collectors.joining("\n")));
	}

	static String quote(List<String> words) {
		return words.stream().map(ShellText::quote).collect(Collectors.joining(" \\\n\t"));
	}

}
