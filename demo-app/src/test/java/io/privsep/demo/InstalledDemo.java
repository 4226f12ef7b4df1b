package io.privsep.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * The demo, installed under a name of its own for a user of its own; all of it is removed
 * at the end.
 */
public final class InstalledDemo implements AutoCloseable {

	public static final String MAIN_CLASS = "io.privsep.demo.DemoApplication";

	private final String name = "privsep-it-"
			+ HexFormat.of().toHexDigits((short) ThreadLocalRandom.current().nextInt());

	private final Path directory = Path.of("/var/lib", this.name);

	private final Path prefix;

	private final String java;

	private boolean namesUsers;

	private boolean isAudited;

	private boolean isSandboxed;

	private final List<String> before = new ArrayList<>();

	private Path build = Path.of(System.getProperty("demo.jar"));

	private boolean isExtracted;

	private boolean isExecutable;

	/**
	 * Makes the application's user and a directory for the test's files.
	 * @param prefix what the demo is to be installed below; {@code /} for the system
	 * itself, {@code null} for a directory of the test's
	 * @throws Exception if that cannot be done
	 */
	public InstalledDemo(@Nullable Path prefix) throws Exception {
		this(prefix, RunningDemo.java());
	}

	public InstalledDemo(@Nullable Path prefix, String java) throws Exception {
		this.java = java;
		this.prefix = (prefix != null) ? prefix : this.directory.resolve("prefix");
		run(List.of("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", user()))
			.requireSuccess();
		Files.createDirectory(this.directory);
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		Files.writeString(motd(), "before\n");
	}

	public String name() {
		return this.name;
	}

	/**
	 * The application's user.
	 * @return its name
	 */
	public String user() {
		return this.name;
	}

	public int uid() throws IOException, InterruptedException {
		return Integer.parseInt(run(List.of("id", "-u", user())).requireSuccess().out().strip());
	}

	public Path directory() {
		return this.directory;
	}

	public Path motd() {
		return this.directory.resolve("motd");
	}

	public Path prefix() {
		return this.prefix;
	}

	public Path base() {
		return this.prefix.resolve("usr/lib/privsep").resolve(this.name);
	}

	public Path release() throws IOException {
		return base().resolve("current").toRealPath();
	}

	public Path wrapper(DemoContext context) {
		return base().resolve("current/bin").resolve(context.id());
	}

	public Path jar() {
		return base().resolve("current/app").resolve(this.name + ".jar");
	}

	public Path sudoers() {
		return this.prefix.resolve("etc/sudoers.d/privsep-" + this.name);
	}

	public Path unit(DemoContext context, String suffix) {
		return this.prefix.resolve("etc/systemd/system/privsep-" + this.name + "_" + context.id() + suffix);
	}

	/**
	 * Arguments with which the demo is this one.
	 * @return the arguments
	 */
	public List<String> arguments() {
		List<String> arguments = new ArrayList<>();
		arguments.add("--spring.application.name=" + this.name);
		arguments.add("--privsep.contexts.motd.settings.file=" + motd());
		arguments.add("--privsep.contexts.motd.seccomp=true");
		if (this.isAudited) {
			arguments.add("--privsep.contexts.motd.audit=file");
			arguments.add("--privsep.contexts.ports.audit=stderr");
		}
		if (this.isSandboxed) {
			arguments.add("--privsep.contexts.nobody.sandbox.enabled=true");
		}
		for (DemoContext context : DemoContext.values()) {
			String user = this.namesUsers ? this.name + "-" + context.id() : Integer.toString(context.user());
			arguments.add("--privsep.contexts." + context.id() + ".user=" + user);
			arguments.add("--privsep.contexts." + context.id() + ".group=" + user);
		}
		return arguments;
	}

	/**
	 * Makes another build of the demo, with a class more, to be installed from now on.
	 * @return a copy of the build before, which everybody can read
	 * @throws IOException if it cannot be made
	 */
	public Path makeAnotherBuild() throws IOException {
		Path before = Files.copy(this.build, this.directory.resolve("before.jar"));
		Files.setPosixFilePermissions(before, PosixFilePermissions.fromString("rw-r--r--"));
		this.build = Files.copy(this.build, this.directory.resolve("after.jar"));
		try (FileSystem jar = FileSystems.newFileSystem(this.build)) {
			Path classes = jar.getPath("BOOT-INF/classes/io/privsep/demo");
			Files.copy(classes.resolve("DemoApplication.class"), classes.resolve("Added.class"));
		}
		return before;
	}

	/**
	 * Has the demo installed from its jars side by side, which is many times as fast:
	 * what is installed is a class path then, not a jar.
	 * @return this
	 */
	public InstalledDemo fromExtractedJars() {
		this.isExtracted = true;
		return this;
	}

	/**
	 * Has all commands run from the executable jar, not just those that install.
	 * @return this
	 */
	public InstalledDemo fromExecutableJar() {
		this.isExecutable = true;
		return this;
	}

	/**
	 * Gives the contexts users with names, whom the installation makes.
	 */
	public void nameUsers() {
		this.namesUsers = true;
	}

	/**
	 * Has the helper of context {@code motd} audit its calls in a file, and that of
	 * {@code ports} on its standard error.
	 */
	public void audit() {
		this.isAudited = true;
	}

	/**
	 * Has the helper of context {@code nobody} in a sandbox.
	 */
	public void sandbox() {
		this.isSandboxed = true;
	}

	/**
	 * Puts a program in the place of another one of the system, for all commands from now
	 * on and for nothing else.
	 * @param program the program, not a link
	 * @param other what takes its place
	 */
	public void replace(String program, String other) {
		this.before.addAll(List.of("unshare", "--mount", "--propagation", "private", "/bin/sh", "-c",
				"mount --bind '" + other + "' '" + program + "' && exec \"$@\"", "sh"));
	}

	public Path auditFile() {
		return this.prefix.resolve("var/log/privsep").resolve(this.name).resolve("motd.log");
	}

	public Path logrotate() {
		return this.prefix.resolve("etc/logrotate.d/privsep-" + this.name);
	}

	public Result install(String... options) throws Exception {
		return command("install", concat(List.of("--app-user", user()), options), arguments());
	}

	public Result verify() throws Exception {
		return command("verify", List.of("--application", this.name), List.of());
	}

	public Result uninstall() throws IOException, InterruptedException {
		return command("uninstall", List.of("--application", this.name), List.of());
	}

	/**
	 * Runs a command of the installation.
	 * @param command the command
	 * @param options its options, but for the prefix
	 * @param arguments arguments for the application
	 * @return what it said
	 * @throws IOException if it cannot be run
	 * @throws InterruptedException if the test is interrupted
	 */
	public Result command(String command, List<String> options, List<String> arguments)
			throws IOException, InterruptedException {
		return commandIn(Path.of("/"), Map.of(), command, options, arguments);
	}

	public Result commandIn(Path directory, Map<String, String> environment, String command, List<String> options,
			List<String> arguments) throws IOException, InterruptedException {
		// the other commands look at what is installed alone
		boolean fromJar = this.isExecutable || !this.isExtracted && command.equals("install");
		List<String> words = new ArrayList<>(List.of(command));
		if (!this.prefix.equals(Path.of("/"))) {
			words.addAll(List.of("--prefix", this.prefix.toString()));
		}
		words.addAll(options);
		if (!arguments.isEmpty()) {
			words.add("--");
			words.addAll(arguments);
		}
		if (!fromJar && this.before.isEmpty() && directory.equals(Path.of("/")) && environment.isEmpty()
				&& this.java.equals(RunningDemo.java())) {
			return ExtractedDemo.get().run(words);
		}
		words
			.addAll(0,
					fromJar ? List.of(this.java, "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
							"-Djarmode=privsep", "-jar", this.build.toString())
							: ExtractedDemo.get().command(this.java));
		words.addAll(0, this.before);
		return run(directory, environment, words);
	}

	/**
	 * Runs a program to its end.
	 * @param words the program and its arguments
	 * @return what it said
	 * @throws IOException if it cannot be run
	 * @throws InterruptedException if the test is interrupted
	 */
	public static Result run(List<String> words) throws IOException, InterruptedException {
		return run(Path.of("/"), Map.of(), words);
	}

	private static Result run(Path directory, Map<String, String> environment, List<String> words)
			throws IOException, InterruptedException {
		Path err = Files.createTempFile("privsep-", ".err");
		try {
			ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile())
				.redirectError(err.toFile());
			builder.environment().putAll(environment);
			Process process = builder.start();
			process.getOutputStream().close();
			String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (!process.waitFor(120, TimeUnit.SECONDS)) {
				process.destroyForcibly();
				throw new AssertionError(words + " does not end");
			}
			return new Result(process.exitValue(), out, Files.readString(err));
		}
		finally {
			Files.delete(err);
		}
	}

	private static List<String> concat(List<String> first, String... more) {
		return Stream.concat(first.stream(), Stream.of(more)).toList();
	}

	@Override
	public void close() throws IOException {
		try {
			remove();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void remove() throws IOException, InterruptedException {
		// below a prefix of the test's all goes with its directory, but for users of
		// helpers
		if (Files.exists(base()) && (this.namesUsers || !this.prefix.startsWith(this.directory))) {
			uninstall();
		}
		// what a test has damaged so that it cannot be uninstalled
		Files.deleteIfExists(sudoers());
		Files.deleteIfExists(logrotate());
		FileSystemUtils.deleteRecursively(auditFile().getParent());
		// where no other application has its own
		auditFile().getParent().getParent().toFile().delete();
		FileSystemUtils.deleteRecursively(base());
		run(List.of("userdel", user()));
		FileSystemUtils.deleteRecursively(this.directory);
	}

	/**
	 * What a program said.
	 *
	 * @param exitCode its exit code
	 * @param out its standard output
	 * @param err its standard error
	 */
	public record Result(int exitCode, String out, String err) {

		public Result requireSuccess() {
			if (this.exitCode != 0) {
				throw new AssertionError("Exit code " + this.exitCode + ": " + this.out + this.err);
			}
			return this;
		}

	}

}
