package io.privsep.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.privsep.linux.MissingToolException;
import io.privsep.linux.Tools;

/**
 * Runs a program of the system and waits for its end.
 */
final class SystemCommand {

	private SystemCommand() {
	}

	/**
	 * Runs a program.
	 * @param name its name
	 * @param arguments its arguments
	 * @return what it printed
	 * @throws InstallException if it is missing, or says that it has failed
	 */
	static String run(String name, String... arguments) {
		return run(program(name), List.of(arguments));
	}

	static String run(Path program, List<String> arguments) {
		Result result = execute(program, arguments);
		if (result.exitCode() != 0) {
			throw new InstallException(InstallException.CANNOT_CREATE, "'" + program + " " + String.join(" ", arguments)
					+ "' failed with exit code " + result.exitCode() + ": " + result.output());
		}
		return result.output();
	}

	static Result execute(Path program, List<String> arguments) {
		List<String> words = new ArrayList<>();
		words.add(program.toString());
		words.addAll(arguments);
		try {
			ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
			builder.environment().clear();
			builder.environment().put("PATH", Tools.PATH);
			builder.environment().put("LANG", "C.UTF-8");
			Process process = builder.start();
			process.getOutputStream().close();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
			return new Result(process.waitFor(), output);
		}
		catch (IOException ex) {
			throw new InstallException(InstallException.CANNOT_CREATE,
					"'" + program + "' cannot be run: " + ex.getMessage(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new InstallException(InstallException.CANNOT_CREATE, "interrupted", ex);
		}
	}

	/**
	 * Runs a program as another user, in a session of its own: that user may trace it
	 * (ptrace(2)), and would otherwise write to root's terminal by it what root's shell
	 * reads (TIOCSTI in ioctl_tty(2)).
	 * @param uid the user
	 * @param gid its group
	 * @param words the program and its arguments
	 * @return how it has ended
	 */
	static Result executeAs(int uid, int gid, List<String> words) {
		List<String> all = new ArrayList<>(
				List.of("--wait", program("setpriv").toString(), "--reuid=" + Integer.toUnsignedString(uid),
						"--regid=" + Integer.toUnsignedString(gid), "--init-groups", "--"));
		all.addAll(words);
		return execute(program("setsid"), all);
	}

	static Path program(String name) {
		try {
			return Tools.find(name);
		}
		catch (MissingToolException ex) {
			throw new InstallException(InstallException.PROGRAM_MISSING,
					ex.getMessage() + "; on Debian: apt-get install " + switch (name) {
						case "sudo", "visudo" -> "sudo";
						case "useradd", "groupadd", "userdel", "groupdel" -> "passwd";
						case "systemctl" -> "systemd";
						default -> "util-linux coreutils findutils";
					}, ex);
		}
	}

	/**
	 * How a program has ended.
	 *
	 * @param exitCode its exit code
	 * @param output what it wrote, also to its standard error
	 */
	record Result(int exitCode, String output) {
	}

}
