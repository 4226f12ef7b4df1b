package io.privsep.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.privsep.linux.MissingToolException;
import io.privsep.linux.Tools;

/**
 * Runs a program of the system and waits for its end.
 */
final class SystemCommand {

	/** In place of an exit code, where it has not ended; timeout(1) has it, too. */
	static final int GIVEN_UP = 124;

	private static final int MAX_OUTPUT = 1 << 20;

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
		return execute(program, arguments).requireSuccess(program, arguments).output();
	}

	static Result execute(Path program, List<String> arguments) {
		return execute(program, arguments, (process) -> {
			String output = text(process.getInputStream().readAllBytes());
			return new Result(process.waitFor(), output);
		});
	}

	private static Result execute(Path program, List<String> arguments, Wait wait) {
		List<String> command = new ArrayList<>();
		command.add(program.toString());
		command.addAll(arguments);
		try {
			ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
			builder.environment().clear();
			builder.environment().put("PATH", Tools.PATH);
			builder.environment().put("LANG", "C.UTF-8");
			Process process = builder.start();
			process.getOutputStream().close();
			return wait.forEnd(process);
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
	 * reads (TIOCSTI in ioctl_tty(2)). Nor does that user keep root waiting, or fill its
	 * memory.
	 * @param uid the user
	 * @param gid its group
	 * @param command the program and its arguments
	 * @param limit how long it may take
	 * @return how it has ended; if it takes longer, or writes more than 1 MiB, with
	 * {@link #GIVEN_UP} and a sentence
	 */
	static Result executeAs(int uid, int gid, List<String> command, Duration limit) {
		List<String> all = new ArrayList<>(
				List.of("--wait", program("setpriv").toString(), "--reuid=" + Integer.toUnsignedString(uid),
						"--regid=" + Integer.toUnsignedString(gid), "--init-groups", "--"));
		all.addAll(command);
		return execute(program("setsid"), all, (process) -> {
			FutureTask<byte[]> reading = new FutureTask<>(() -> process.getInputStream().readNBytes(MAX_OUTPUT + 1));
			Thread reader = new Thread(reading, "output of " + command.get(0));
			reader.setDaemon(true);
			reader.start();
			try {
				byte[] output = reading.get(limit.toNanos(), TimeUnit.NANOSECONDS);
				if (output.length > MAX_OUTPUT) {
					process.destroyForcibly();
					return new Result(GIVEN_UP, "it wrote more than 1 MiB");
				}
				if (process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
					return new Result(process.exitValue(), text(output));
				}
			}
			catch (ExecutionException ex) {
				throw new IOException(ex.getCause());
			}
			catch (TimeoutException ex) {
				// below
			}
			process.destroyForcibly();
			return new Result(GIVEN_UP, "it has not ended within " + limit.toSeconds() + " s");
		});
	}

	private static String text(byte[] output) {
		return new String(output, StandardCharsets.UTF_8).strip();
	}

	/**
	 * Finds a program.
	 * @param name its name
	 * @return its absolute path
	 * @throws InstallException if it is missing
	 */
	static Path program(String name) {
		try {
			return Tools.find(name);
		}
		catch (MissingToolException ex) {
			throw new InstallException(InstallException.PROGRAM_MISSING,
					"The program '" + name + "' is needed, and is not in " + Tools.PATH
							+ "; on Debian: apt-get install " + debianPackage(name),
					ex);
		}
	}

	static String debianPackage(String name) {
		return switch (name) {
			case "sudo", "visudo" -> "sudo";
			case "useradd", "groupadd", "userdel", "groupdel" -> "passwd";
			case "systemctl" -> "systemd";
			case "bwrap" -> "bubblewrap";
			case "env", "stat", "readlink" -> "coreutils";
			case "find" -> "findutils";
			case "sh" -> "dash";
			default -> "util-linux";
		};
	}

	/**
	 * How a program has ended.
	 *
	 * @param exitCode its exit code
	 * @param output what it wrote, also to its standard error
	 */
	record Result(int exitCode, String output) {

		Result requireSuccess(Path program, List<String> arguments) {
			if (this.exitCode != 0) {
				throw new InstallException(InstallException.CANNOT_CREATE,
						"'" + program + " " + String.join(" ", arguments) + "' failed with exit code " + this.exitCode
								+ ": " + this.output);
			}
			return this;
		}

	}

	private interface Wait {

		Result forEnd(Process process) throws IOException, InterruptedException;

	}

}
