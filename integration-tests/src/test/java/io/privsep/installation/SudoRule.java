package io.privsep.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import io.privsep.demo.InstalledDemo;

/**
 * What lets the application's user run one more program of the test's as root, as if it
 * had been installed.
 */
final class SudoRule implements AutoCloseable {

	private final Path file;

	private SudoRule(Path file) {
		this.file = file;
	}

	/**
	 * Makes the rule.
	 * @param demo whose user may run the program
	 * @param program the program
	 * @return the rule
	 * @throws Exception if sudo would not read it
	 */
	static SudoRule make(InstalledDemo demo, Path program) throws Exception {
		return make(Path.of("/etc/sudoers.d", "privsep-" + demo.name() + "-rule"),
				"Defaults!%2$s !use_pty, !pam_session, !pam_setcred, closefrom=3%n%1$s ALL=(root:root) NOPASSWD:NOSETENV: %2$s \"\"%n"
					.formatted(demo.user(), program));
	}

	/**
	 * Makes a rule that sudo reads after those of an installation.
	 * @param demo whose installation it is
	 * @param text the rule
	 * @return the rule
	 * @throws Exception if sudo would not read it
	 */
	static SudoRule makeLast(InstalledDemo demo, String text) throws Exception {
		return make(Path.of("/etc/sudoers.d", "privsep-zz-" + demo.name()), text);
	}

	private static SudoRule make(Path file, String text) throws Exception {
		// sudo reads no file whose name has a dot
		Path fresh = file.resolveSibling(file.getFileName() + ".new");
		try {
			Files.writeString(fresh, text);
			Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("r--r-----"));
			InstalledDemo.run(List.of("visudo", "-c", "-f", fresh.toString())).requireSuccess();
			Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
		}
		finally {
			Files.deleteIfExists(fresh);
		}
		return new SudoRule(file);
	}

	@Override
	public void close() throws IOException {
		Files.deleteIfExists(this.file);
	}

}
