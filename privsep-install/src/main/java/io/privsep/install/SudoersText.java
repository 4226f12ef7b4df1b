package io.privsep.install;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

import io.privsep.linux.Accounts;

/**
 * The file that lets the application's user run the wrappers as root, and nothing else.
 */
final class SudoersText {

	/**
	 * What would keep sudo between the application and the helper, put something in the
	 * place of fd 0, limit what the helper may do, or end it. Not every sudo knows all of
	 * it.
	 */
	private static final List<String> OPTIONS = List.of("!use_pty", "!pam_session", "!pam_setcred", "!requiretty",
			"!lecture", "!log_input", "!log_output", "!log_stdin", "!log_stdout", "!log_stderr", "!log_ttyin",
			"!log_ttyout", "!log_subcmds", "!log_exit_status", "!intercept", "!noexec", "!command_timeout",
			"closefrom=3");

	private SudoersText() {
	}

	/**
	 * Finds the options that this system's sudo knows.
	 * @param isAccepted tells whether it accepts a text
	 * @return the options
	 */
	static List<String> options(Predicate<String> isAccepted) {
		Predicate<List<String>> areKnown = (options) -> isAccepted.test(defaults(Path.of("/bin/true"), options));
		return areKnown.test(OPTIONS) ? OPTIONS
				: OPTIONS.stream().filter((option) -> areKnown.test(List.of(option))).toList();
	}

	private static String defaults(Path wrapper, List<String> options) {
		return "Defaults!" + escape(wrapper.toString()) + " " + String.join(", ", options) + "\n";
	}

	/**
	 * The text, as sudoers(5) has it.
	 * @param application name of the application
	 * @param user the application's user
	 * @param wrappers the wrappers
	 * @param options the options that sudo knows
	 * @return the text
	 */
	static String of(String application, String user, Collection<Path> wrappers, List<String> options) {
		StringBuilder text = new StringBuilder();
		text.append("# Lets application '")
			.append(application)
			.append("' start its helpers. Written by its installation.\n");
		if (!options.isEmpty()) {
			wrappers.forEach((wrapper) -> text.append(defaults(wrapper, options)));
		}
		for (Path wrapper : wrappers) {
			// the last word allows no arguments
			text.append(name(user))
				// no group is named: one that was could be asked for alone, with 'sudo
				// -g'
				.append(" ALL=(root) NOPASSWD:NOSETENV: ")
				.append(escape(wrapper.toString()))
				.append(" \"\"\n");
		}
		return text.toString();
	}

	private static String name(String user) {
		return user.matches("[a-z_][a-z0-9_-]*") ? user : "#" + Accounts.uid(user).orElseThrow();
	}

	private static String escape(String path) {
		return path.replaceAll("([\\\\,:=\\s*?\\[\\]!#\"])", "\\\\$1");
	}

}
