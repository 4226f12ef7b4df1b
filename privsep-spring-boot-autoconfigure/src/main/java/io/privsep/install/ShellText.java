package io.privsep.install;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Words as a shell, or systemd, has to read them to get the same words.
 */
final class ShellText {

	private ShellText() {
	}

	static String quote(String word) {
		return "'" + word.replace("'", "'\\''") + "'";
	}

	static String quote(List<String> words) {
		return words.stream().map(ShellText::quote).collect(Collectors.joining(" \\\n\t"));
	}

}
