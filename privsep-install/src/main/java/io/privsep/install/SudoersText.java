package io.privsep.install;

import java.nio.file.Path;
import java.util.Collection;

import io.privsep.linux.Accounts;

/**
 * The file that lets the application's user run the wrappers as root, and nothing else.
 */
final class SudoersText {

	private SudoersText() {
	}

	/**
	 * The text, as sudoers(5) has it.
	 * @param application name of the application
	 * @param user the application's user
	 * @param wrappers the wrappers
	 * @return the text
	 */
	static String of(String application, String user, Collection<Path> wrappers) {
		StringBuilder text = new StringBuilder();
		text.append("# Lets application '")
			.append(application)
			.append("' start its helpers. Written by its installation.\n");
		for (Path wrapper : wrappers) {
			// without a terminal and a session of its own, sudo does not stay between the
			// application and the helper
			text.append("Defaults!")
				.append(escape(wrapper.toString()))
				.append(" !use_pty, !pam_session, !pam_setcred, !requiretty, !lecture, closefrom=3\n");
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
