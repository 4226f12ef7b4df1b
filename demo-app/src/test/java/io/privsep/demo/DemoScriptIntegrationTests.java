package io.privsep.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests of {@code demo.sh}, in a directory of its own, with a Maven that builds nothing:
 * that directory's {@code mvn} is a script of the test.
 */
@Tag("once")
final class DemoScriptIntegrationTests {

	private static final List<String> TOOLS = List.of("bash", "bwrap", "cat", "chmod", "chown", "dirname", "find",
			"flock", "grep", "head", "install", "mkdir", "mktemp", "prlimit", "readlink", "rm", "sed", "setpriv",
			"setsid", "sleep", "stat", "tee", "uname");

	// short, as sockets of helpers have paths below it for an instant
	private final Path home = Path.of("/var/lib/privsep-it-" + Long.toHexString(System.nanoTime()));

	private final Path clone = this.home.resolve("clone");

	private final Path bin = this.home.resolve("bin");

	private final Path temporary = this.home.resolve("tmp");

	private final Path built = this.temporary.resolve("built");

	@BeforeEach
	void makeClone() throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can become another user");
		for (Path directory : List.of(this.home, this.clone, this.clone.resolve("demo-app"),
				this.clone.resolve("benchmarks"), this.bin, this.temporary)) {
			Files.createDirectory(directory);
			Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
		for (Path directory : List.of(this.temporary, this.clone, this.clone.resolve("demo-app"))) {
			Files.setAttribute(directory, "unix:uid", RunningDemo.USER);
		}
		for (String script : List.of("demo.sh", "benchmarks/common.sh")) {
			Files.copy(Path.of("..").resolve(script), this.clone.resolve(script));
		}
		for (String tool : TOOLS) {
			Files.createSymbolicLink(this.bin.resolve(tool), DemoPage.program(tool).orElseThrow());
		}
		maven("exit 1");
	}

	@AfterEach
	void removeClone() throws IOException {
		FileSystemUtils.deleteRecursively(this.home);
	}

	@Test
	void portInUseIsToldBeforeAnythingIsBuilt() throws Exception {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			int port = socket.getLocalPort();
			Ended ended = run(port);
			assertThat(ended.output())
				.matches("demo\\.sh: port " + port + " is in use; choose another: PORT=\\d+ \\./demo\\.sh\n");
			assertThat(ended.status()).isEqualTo(1);
			assertThat(this.built).doesNotExist();
		}
	}

	@Test
	void optionThatDoesNotExistIsNamed() throws Exception {
		Ended ended = run(FreePort.next(), "--nope");
		assertThat(ended.output()).startsWith("demo.sh: there is no '--nope'\nUsage: ./demo.sh ");
		assertThat(ended.status()).isEqualTo(64);
		assertThat(this.built).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(strings = { "mvn", "bwrap", "setpriv", "flock" })
	void missingToolIsToldBeforeAnythingIsBuilt(String tool) throws Exception {
		Files.delete(this.bin.resolve(tool));
		Ended ended = run(FreePort.next());
		assertThat(ended.output()).startsWith("demo.sh: ").contains("'" + tool + "'").hasLineCount(1);
		assertThat(ended.status()).isEqualTo(1);
		assertThat(this.built).doesNotExist();
	}

	@ParameterizedTest
	@CsvSource({ "Apache Maven 3.6.3 (cecedd343002696d0abb50b32b541b8a6ba2883f),3.6.3", "Apache Maven 3.8.6,3.8.6",
			"\\033[1mApache Maven 2.2\\033[m,2.2" })
	void mavenThatIsTooOldIsToldBeforeAnythingIsBuilt(String said, String version) throws Exception {
		maven(said, "exit 1");
		Ended ended = run(FreePort.next());
		assertThat(ended.output()).isEqualTo("demo.sh: Maven 3.8.7 or later is needed; this is " + version + "\n");
		assertThat(ended.status()).isEqualTo(1);
		assertThat(this.built).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Apache Maven 3.8.10", "Apache Maven 3.9.11 (3e54c93a704957b63ee3494413a2b544fd3d825b)",
			"Apache Maven 4.0.0-rc-4", "another Maven", "" })
	void mavenThatIsNotKnownToBeTooOldBuilds(String said) throws Exception {
		maven(said, "exit 1");
		assertThat(run(FreePort.next()).output()).endsWith("demo.sh: the build has failed\n");
		assertThat(this.built).exists();
	}

	@Test
	void anotherDemoFromTheSameCloneIsToldBeforeAnythingIsBuilt() throws Exception {
		Path locked = this.home.resolve("locked");
		Process other = new ProcessBuilder("flock", this.clone.resolve("demo-app").toString(), "sh", "-c",
				"touch " + locked + "; exec sleep 600")
			.start();
		try {
			Awaitility.await().until(() -> Files.exists(locked));
			// the port of the other demo: there is no use in choosing another one
			try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
				Ended ended = run(socket.getLocalPort());
				assertThat(ended.output())
					.isEqualTo("demo.sh: another demo is running from " + this.clone + "; end it first\n");
			}
			assertThat(this.built).doesNotExist();
		}
		finally {
			other.descendants().forEach(ProcessHandle::destroyForcibly);
			other.destroyForcibly().waitFor();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void systemWithoutSandboxesIsToldBeforeAnythingIsBuilt(boolean asRoot) throws Exception {
		inDirectoryOfTheTest();
		Files.delete(this.bin.resolve("bwrap"));
		script("bwrap", "echo \"bwrap: not for $EUID\" >&2; exit 1");
		Ended ended = asRoot ? end(commandAsRoot(FreePort.next())) : run(FreePort.next());
		int user = asRoot ? 61001 : RunningDemo.USER;
		assertThat(ended.output())
			.isEqualTo("demo.sh: Cannot create a sandbox for user %d: not for %d%n".formatted(user, user)
					+ "docs/sandbox.md says what to do, in the section 'Where it is not available'\n");
		assertThat(ended.status()).isEqualTo(1);
		assertThat(this.built).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(strings = { "exit 1", "exit 0", "kill -TERM $PPID; exit 1" })
	void whatRootHasBuiltBelongsToTheUserOfSudoHoweverTheBuildEnds(String end) throws Exception {
		inDirectoryOfTheTest();
		Path other = Files.createFile(this.home.resolve("other"));
		Path elsewhere = Files.createDirectories(this.home.resolve("elsewhere/target"));
		Files.createSymbolicLink(this.clone.resolve("link"), elsewhere.getParent());
		maven("mkdir -p target demo-app/target/classes; : > demo-app/target/classes/file; " + "/bin/ln -s '" + other
				+ "' demo-app/target/link; " + end);
		ProcessBuilder command = commandAsRoot(FreePort.next());
		command.environment().put("SUDO_UID", String.valueOf(RunningDemo.USER));
		assertThat(end(command).status()).isNotZero();
		for (String made : List.of("target", "demo-app/target", "demo-app/target/classes",
				"demo-app/target/classes/file", "demo-app/target/link")) {
			assertThat(owner(this.clone.resolve(made))).as(made).isEqualTo(RunningDemo.USER);
		}
		assertThat(owner(other)).isZero();
		assertThat(owner(elsewhere)).isZero();
	}

	@Test
	void whatRootHasBuiltStaysRootsInACloneOfAnotherUserThanThatOfSudo() throws Exception {
		inDirectoryOfTheTest();
		maven("mkdir demo-app/target; exit 1");
		ProcessBuilder command = commandAsRoot(FreePort.next());
		command.environment().put("SUDO_UID", String.valueOf(RunningDemo.USER + 1));
		assertThat(end(command).status()).isEqualTo(1);
		assertThat(owner(this.clone.resolve("demo-app/target"))).isZero();
	}

	@Test
	void buildShowsALineForEachModuleAndWhatMavenSaysOfAFailure() throws Exception {
		maven("""
				printf '\\033[0m[INFO] Scanning for projects...\\n'
				echo '[INFO] Building privsep for Spring Boot 0.1.0-SNAPSHOT                    [1/7]'
				echo '[INFO] Building jar: target/some.jar'
				echo '[INFO] Building privsep core 0.1.0-SNAPSHOT                               [2/7]'
				echo '[ERROR] it does not compile'
				exit 1
				""");
		Ended ended = run(FreePort.next());
		assertThat(ended.output().lines().skip(1)).containsExactly("  [1/7] privsep for Spring Boot",
				"  [2/7] privsep core", "[ERROR] it does not compile", "demo.sh: the build has failed");
		assertThat(ended.status()).isEqualTo(1);
		assertThat(this.temporary).isDirectoryContaining((file) -> file.equals(this.built))
			.isDirectoryNotContaining((file) -> !file.equals(this.built));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void lastLineIsWhereTheDemoIsAndNothingIsLeftOfIt(boolean asRoot) throws Exception {
		Path directory = inDirectoryOfTheTest();
		Files.copy(Path.of(System.getProperty("demo.jar")), this.home.resolve("demo-app-1.jar"));
		maven("mkdir demo-app/target; : > demo-app/target/demo-app-1-sources.jar; "
				+ "cat ../demo-app-1.jar > demo-app/target/demo-app-1.jar");
		Path log = this.home.resolve("log");
		int port = FreePort.next();
		Process script = (asRoot ? commandAsRoot(port) : command(port)).redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			Awaitility.await()
				.atMost(2, TimeUnit.MINUTES)
				.until(() -> !script.isAlive() || Files.readString(log).contains("Ready"));
			assertThat(Files.readAllLines(log)).as(Files.readString(log))
				.last()
				.isEqualTo("Ready: http://localhost:" + port + "/ (Ctrl-C stops the demo)");
			assertThat(log).content()
				.contains("Started DemoApplication in ")
				.doesNotContain("\u001b")
				.doesNotContain("WARNING: ");
			if (asRoot) {
				assertThat(log).content().contains("Dropped root: user 61001, group 61001, no capabilities");
				assertThat(end(commandAsRoot(FreePort.next())).output()).contains("another demo is running from");
				assertThat(end(commandAsRoot(FreePort.next(), "--clean")).output())
					.isEqualTo("demo.sh: the demo is running; end it first\n");
			}
		}
		finally {
			script.destroy();
			assertThat(script.waitFor(2, TimeUnit.MINUTES)).isTrue();
		}
		assertThat(script.exitValue()).isZero();
		Files.delete(this.built);
		assertThat(this.temporary).isEmptyDirectory();
		assertThat(filesOfTomcat(port)).isEmpty();
		if (asRoot) {
			assertThat(log).content().endsWith("'./demo.sh --clean' removes them.\n");
			assertThat(directory.resolve("tmp")).isEmptyDirectory();
			assertThat(end(commandAsRoot(port, "--clean")).output()).isEqualTo("Removed " + directory + "\n");
			assertThat(directory).doesNotExist();
		}
	}

	// In the place of /var/lib/privsep-demo.
	private Path inDirectoryOfTheTest() throws IOException {
		Path directory = this.home.resolve("demo");
		Path copy = this.clone.resolve("demo.sh");
		String text = Files.readString(copy);
		assertThat(text).containsOnlyOnce("\ndirectory=/var/lib/privsep-demo\n");
		Files.writeString(copy, text.replace("\ndirectory=/var/lib/privsep-demo\n", "\ndirectory=" + directory + "\n"));
		return directory;
	}

	private static int owner(Path file) throws IOException {
		return (int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
	}

	private void maven(String script) throws IOException {
		maven("\\033[0mApache Maven 3.8.7", script);
	}

	private void maven(String version, String script) throws IOException {
		script("mvn", "if [[ $* == '-B -v' ]]; then printf '" + version + "\\n'; exit; fi\n: > '" + this.built + "'\n"
				+ script);
	}

	private void script(String name, String text) throws IOException {
		Path script = Files.writeString(this.bin.resolve(name), "#!/bin/bash\n" + text);
		Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	private static List<Path> filesOfTomcat(int port) throws IOException {
		try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
			return files.filter((file) -> file.getFileName().toString().matches("tomcat.*\\." + port + "\\..*"))
				.toList();
		}
	}

	private ProcessBuilder command(int port, String... options) {
		ProcessBuilder builder = commandAsRoot(port, options);
		List<String> command = new ArrayList<>(List.of("/usr/bin/setpriv", "--reuid=" + RunningDemo.USER,
				"--regid=" + RunningDemo.USER, "--clear-groups", "--"));
		command.addAll(builder.command());
		return builder.command(command);
	}

	private ProcessBuilder commandAsRoot(int port, String... options) {
		List<String> command = new ArrayList<>(List.of("/bin/bash", this.clone.resolve("demo.sh").toString()));
		command.addAll(List.of(options));
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().clear();
		builder.environment().put("PATH", this.bin.toString());
		builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
		builder.environment().put("PORT", String.valueOf(port));
		builder.environment().put("TMPDIR", this.temporary.toString());
		return builder;
	}

	private Ended run(int port, String... options) throws Exception {
		return end(command(port, options));
	}

	private static Ended end(ProcessBuilder command) throws Exception {
		Process script = command.redirectErrorStream(true).start();
		String output = new String(script.getInputStream().readAllBytes());
		assertThat(output).doesNotContain("\u001b");
		return new Ended(output, script.waitFor());
	}

	/**
	 * What has become of the script.
	 */
	private record Ended(String output, int status) {

	}

}
