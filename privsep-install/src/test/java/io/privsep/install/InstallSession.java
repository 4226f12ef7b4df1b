package io.privsep.install;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A process that runs commands of the installation, one after the other, as root: with
 * users, {@code /etc}, {@code /run} and {@code /usr/lib} of its own, and with programs
 * that fail where a test wants it.
 */
final class InstallSession implements AutoCloseable {

	private static final List<String> PROGRAMS = List.of("/usr/sbin/useradd", "/usr/sbin/userdel", "/usr/sbin/visudo",
			"/usr/bin/systemctl");

	// one that nobody but root may write to
	private final Path directory = Path.of("/var/lib/privsep-it-" + UUID.randomUUID());

	private final Process process;

	private final PrintWriter in;

	private final BufferedReader out;

	static void requirePrograms() {
		for (String program : PROGRAMS) {
			assumeTrue(Files.isExecutable(Path.of(program)), "SKIPPED: '" + program + "' is missing");
		}
	}

	InstallSession() throws IOException {
		this("");
	}

	/**
	 * Starts a process that differs from others.
	 * @param differences more of the shell script that starts it, in {@code "$@"}
	 * @throws IOException if it cannot be started
	 */
	InstallSession(String differences) throws IOException {
		Files.createDirectory(this.directory);
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		StringBuilder script = new StringBuilder("""
				mkdir over && mount -t tmpfs -o mode=755 tmpfs over
				for each in etc usr/lib; do
					mkdir -p over/$each over/$each.work
					mount -t overlay -o lowerdir=/$each,upperdir=over/$each,workdir=over/$each.work overlay /$each
				done
				mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/systemd/system
				# userdel asks all processes, and other sessions have some of the users that they made
				sed -i '/^SYS_UID_/d' /etc/login.defs
				echo "SYS_UID_MIN $((100000 + $$ * 10))
				SYS_UID_MAX $((100009 + $$ * 10))
				LASTLOG_UID_MAX 99999" >> /etc/login.defs
				for each in privsep-app privsep-other; do
					getent passwd $each > /dev/null || useradd --system $each
				done
				""");
		for (String program : PROGRAMS) {
			Path real = Path.of(program);
			Path fake = this.directory.resolve(real.getFileName());
			Files.copy(real, this.directory.resolve("real-" + real.getFileName()));
			Files.writeString(fake, """
					#!/bin/sh
					words="%1$s $*"
					echo "$words" >> %2$s/calls
					while read -r status when pattern; do
						case "$words" in
							$pattern)
								[ "$status" != kill ] || kill -9 $PPID
								[ "$when" = before ] || %2$s/real-%1$s "$@"
								echo "%1$s: told to fail" >&2
								exit "$status" ;;
						esac
					done < %2$s/failures
					[ %1$s = systemctl ] || exec %2$s/real-%1$s "$@"
					""".formatted(real.getFileName(), this.directory));
			Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
			script.append("mount --bind ").append(fake).append(' ').append(program).append('\n');
		}
		fail();
		script.append(differences).append("cd /\nexec \"$@\"\n");
		this.process = new ProcessBuilder("unshare", "--mount", "--propagation", "private", "/bin/sh", "-euc",
				script.toString(), "sh", ProcessHandle.current().info().command().orElseThrow(), "-XX:-UsePerfData",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", SmallApplication.classPath(),
				InstallSession.class.getName())
			.directory(this.directory.toFile())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		this.in = new PrintWriter(this.process.outputWriter(), true);
		this.out = this.process.inputReader();
		answer();
	}

	/**
	 * Has programs fail from now on, instead of those that failed before.
	 * @param failures each an exit code, or {@code kill} to end this process with it;
	 * {@code before} or {@code after} for when; and a shell's pattern of the program and
	 * its arguments
	 * @throws IOException if they cannot be told
	 */
	void fail(String... failures) throws IOException {
		Files.writeString(this.directory.resolve("failures"), String.join("\n", failures) + "\n");
		Files.writeString(this.directory.resolve("calls"), "");
	}

	/**
	 * What the programs have been told since.
	 * @param program one of them
	 * @return its arguments, call by call
	 * @throws IOException if they cannot be read
	 */
	List<String> calls(String program) throws IOException {
		return Files.readAllLines(this.directory.resolve("calls"))
			.stream()
			.filter((call) -> call.startsWith(program + " "))
			.map((call) -> call.substring(program.length() + 1))
			.toList();
	}

	/**
	 * Takes a program away, or brings it back.
	 * @param program its name
	 * @param isThere whether it can be run
	 * @throws IOException if that cannot be done
	 */
	void setAvailable(String program, boolean isThere) throws IOException {
		Files.setPosixFilePermissions(this.directory.resolve(program),
				PosixFilePermissions.fromString(isThere ? "rwxr-xr-x" : "rw-r--r--"));
	}

	/**
	 * Where a path leads for the process.
	 * @param path an absolute path
	 * @return the path for the test
	 */
	Path see(String path) {
		return Path.of("/proc/" + this.process.pid() + "/root" + path);
	}

	/**
	 * A directory to install below that other processes see as well.
	 * @return an absolute path
	 */
	Path prefix() {
		return this.directory.resolve("prefix");
	}

	/**
	 * Removes a user by hand.
	 * @param user its name
	 * @return what userdel(8) has answered
	 * @throws IOException if the process has ended
	 */
	Result userdel(String user) throws IOException {
		return run("userdel", user);
	}

	Result run(String... words) throws IOException {
		this.in.println(String.join("\t", words));
		return answer();
	}

	/**
	 * Runs a command that is killed.
	 * @param words the command
	 * @return what the process had to say after all
	 * @throws IOException if it cannot be read
	 */
	@Nullable String runKilled(String... words) throws IOException {
		this.in.println(String.join("\t", words));
		return this.out.readLine();
	}

	private Result answer() throws IOException {
		String[] answer = Objects.requireNonNull(this.out.readLine(), "the process has ended").split(" ", 2);
		return new Result(Integer.parseInt(answer[0]),
				new String(Base64.getDecoder().decode(answer[1]), StandardCharsets.UTF_8));
	}

	@Override
	public void close() throws IOException {
		this.in.close();
		try {
			this.process.destroyForcibly().waitFor();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		FileSystemUtils.deleteRecursively(this.directory);
	}

	public static void main(String[] args) throws IOException {
		PrintStream answers = System.out;
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		// all is as the script has to make it
		answers.println("0 ");
		for (String command = commands.readLine(); command != null; command = commands.readLine()) {
			ByteArrayOutputStream output = new ByteArrayOutputStream();
			PrintStream print = new PrintStream(output, true, StandardCharsets.UTF_8);
			List<String> words = List.of(command.split("\t"));
			int exitCode = words.get(0).equals("userdel")
					? SystemCommand.execute(SystemCommand.program("userdel"), List.of(words.get(1))).exitCode()
					: new InstallCommand(print, print).run(words);
			answers.println(exitCode + " " + Base64.getEncoder().encodeToString(output.toByteArray()));
		}
	}

	/**
	 * What a command has answered.
	 *
	 * @param exitCode its exit code
	 * @param output all that it wrote
	 */
	record Result(int exitCode, String output) {
	}

}
