package io.privsep.process;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Import;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.linux.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a person reads where the system itself keeps an application from starting.
 */
@Tag("once")
class StartFailureIntegrationTests {

	private static final String USER = "61231";

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	@Test
	void sudoUnderNoNewPrivs() throws Exception {
		assertThat(start(
				List.of("/usr/bin/setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--no-new-privs"),
				all(), "launcher=sudo"))
			.containsIgnoringWhitespaces(
					"""
							The helper of context 'net' cannot be given its rights. The application runs with no_new_privs, under \
							which sudo cannot give rights.

							Action:

							Use launcher 'systemd', or start the application without no_new_privs (NoNewPrivileges= in a unit, \
							allowPrivilegeEscalation in a container).
							""");
	}

	@Test
	void capabilityThatTheSystemDoesNotGive() throws Exception {
		assertThat(start(List.of("/usr/bin/setpriv", "--bounding-set=-net_raw"), all(), "capabilities=net_raw"))
			.contains(
					"The helper of context 'net' cannot be given its rights. The capabilities [net_raw] are not in the"
							+ " bounding set of this system or container, which is [")
			.contains("Give them to the container ('--cap-add', 'securityContext.capabilities.add')");
	}

	@Test
	void applicationWithoutRightsAndWithoutAnInstallation() throws Exception {
		assertThat(start(ordinaryUser(), all()))
			.contains("The helper of context 'net' cannot be given its rights. The application runs as user " + USER
					+ " and lacks the capabilities [setgid, setuid, setpcap], and cannot start a helper with other"
					+ " rights than its own; and nothing is installed that could: there is neither"
					+ " '/run/privsep/application/net.sock' nor '/usr/lib/privsep/application/current/bin/net'.")
			.contains(
					"-Djarmode=privsep -jar <app>.jar install --app-user <user> --launcher sudo', where <app>.jar is the executable jar");
	}

	@Test
	void launcherThatIsNotInstalled() throws Exception {
		assertThat(start(ordinaryUser(), all(), "launcher=sudo", "wrapper=/privsep-no-such-wrapper")).contains(
				"The helper of context 'net' cannot be given its rights. Launcher 'sudo' is configured, and there is"
						+ " no '/privsep-no-such-wrapper'.")
			.contains(
					"-Djarmode=privsep -jar <app>.jar install --app-user <user> --launcher sudo', where <app>.jar is the executable jar");
		assertThat(start(ordinaryUser(), all(), "launcher=systemd"))
			.contains("Launcher 'systemd' is configured, and there is no '/run/privsep/application/net.sock'.");
	}

	@Test
	void sudoThatMayNotRunTheWrapper() throws Exception {
		assertThat(start(ordinaryUser(), all(), "launcher=sudo", "wrapper=/bin/true"))
			.contains("Helpers did not start:")
			.contains("Context 'net': helper ended (exit code 1)")
			.contains("sudo: ")
			.contains("Fix the problem above.");
	}

	@Test
	void toolThatIsMissing() throws Exception {
		// in a mount namespace of the process's own
		List<String> without = List.of("/usr/bin/unshare", "--mount", "/bin/sh", "-c",
				"mount --bind /dev/null /usr/bin/prlimit && exec \"$@\"", "sh");
		assertThat(start(without, all()))
			.contains("Context 'net': the helper was not started: The programs [prlimit] are needed to start a helper")
			.containsIgnoringWhitespaces("Action: Install them; on Debian: apt-get install util-linux.");
		List<String> withoutSudo = new ArrayList<>(without);
		withoutSudo.set(4, without.get(4).replace("prlimit", "sudo"));
		withoutSudo.addAll(ordinaryUser());
		assertThat(start(withoutSudo, all(), "launcher=sudo", "wrapper=/bin/true")).containsIgnoringWhitespaces(
				"""
						The programs [sudo] are needed to start a helper, and are not in /usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin.

						Action:

						Install them; on Debian: apt-get install sudo.
						""");
	}

	@Test
	void rootThatCannotBeDropped() throws Exception {
		assertThat(start(List.of("/usr/bin/setpriv", "--bounding-set=-setuid", "--inh-caps=-setuid"), all(), "user=0",
				"allow-root=true", "/privsep.drop-root.user=61232"))
			.contains("lacks the capabilities [setuid]");
		assertThat(start(ordinaryUser(), all(), "launcher=command", "command=/bin/cat", "/privsep.fail-fast=false",
				"start-timeout=1s", "/privsep.drop-root.user=61232"))
			.contains("Invalid value '61232' for configuration property 'privsep.drop-root.user'")
			.contains("the application cannot become that user (")
			.contains("start it as root, or remove the property");
	}

	@Test
	void helperThatIsNotOnTheClassPath() throws Exception {
		assertThat(
				start(List.of(), classPath((entry) -> !entry.contains("privsep-helper")), "/privsep.mode=unprivileged"))
			.contains(
					"Context 'net': the helper was not started: 'io.privsep:privsep-helper' is not on the class path of the application")
			.contains("Add the dependency 'io.privsep:privsep-spring-boot-starter'");
	}

	@Test
	void codeThatTheHelperCannotRead() throws Exception {
		Path directory = code.createDirectory("rwx------", 0);
		assertThat(start(List.of(), all() + File.pathSeparator + directory))
			.contains("Context 'net': the helper was not started: user 61233 cannot read '" + directory
					+ "', because of the permissions of '" + directory + "'")
			.contains("Run the application from a directory that root owns");
	}

	@Test
	void directoryOfTheAuditThatOthersCouldChange() throws Exception {
		Path directory = code.createDirectory("rwxrwxrwx", 0);
		assertThat(start(List.of(), all(), "audit=file", "/privsep.audit.directory=" + directory))
			.contains("Context 'net': the helper was not started: the audit cannot be written to '" + directory
					+ "/net.log'")
			.contains("'privsep.audit.directory' names another place")
			.contains("'" + directory + "' has to be a directory that nobody but root can change");
	}

	static Stream<Arguments> directoriesForTemporaryFiles() throws Exception {
		Path deep = Files.createDirectory(code.createDirectory("rwxrwxrwx", 0).resolve("x".repeat(120)));
		return Stream.of(
				Arguments.of("missing", "ro", "/privsep-no-such", "",
						"'/privsep-no-such' (there is no such directory), '/tmp' (Read-only file system)"),
				Arguments.of("read-only", "ro", "/tmp", "", "'/tmp' (Read-only file system)"),
				Arguments.of("full", "size=4k,nr_inodes=1", "/tmp", "", "'/tmp' (No space left on device)"),
				Arguments.of("too long", "ro", deep, "/privsep.mode=in-process",
						"'" + deep + "' (its path is too long for a socket), '/tmp' (Read-only file system)"),
				// nothing is run from there on JDK 22 and later, but with the classes for
				// JDK 17
				Arguments.of("noexec", "noexec", "/tmp -Djdk.util.jar.enableMultiRelease=false", "",
						"'/tmp' (nothing can be run from it: noexec)"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("directoriesForTemporaryFiles")
	void directoryForTemporaryFilesThatCannotBeUsed(String what, String options, Object directory, String property,
			String problem) throws Exception {
		StringBuilder mounts = new StringBuilder();
		for (String place : List.of("/tmp", "/var/tmp", "/dev/shm", "/run")) {
			mounts.append("mount -t tmpfs -o ").append(options).append(" tmpfs ").append(place).append(" && ");
		}
		List<String> before = List.of("/usr/bin/unshare", "--mount", "/bin/sh", "-c",
				mounts + "export JDK_JAVA_OPTIONS='-Djava.io.tmpdir=" + directory + "' && exec \"$@\"", "sh");
		assertThat(property.isEmpty() ? start(before, all()) : start(before, all(), property)).contains(problem)
			.containsSubsequence("Action:", "'-Djava.io.tmpdir=<directory>'");
	}

	private static List<String> ordinaryUser() {
		return List.of("/usr/bin/setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups");
	}

	private static String all() {
		return classPath((entry) -> true);
	}

	private static String classPath(Predicate<String> predicate) {
		return code.classPath()
			.stream()
			.map(Path::toString)
			.filter(predicate)
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * Starts an application that does not start.
	 * @param before what runs it
	 * @param classPath what it runs from
	 * @param properties of the context; others have a slash before them
	 * @return the analysis of its failure
	 */
	private static String start(List<String> before, String classPath, String... properties) throws Exception {
		List<String> words = new ArrayList<>(before);
		words.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toRealPath().toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData",
				"-Dspring.devtools.restart.enabled=false", "-cp", classPath, Failing.class.getName(),
				"--spring.main.banner-mode=off"));
		List<String> defaults = new ArrayList<>(List.of("user=61233", "group=61233", "capabilities="));
		for (String property : properties) {
			defaults.removeIf((each) -> each.startsWith(property.replaceAll("=.*", "=")));
			defaults.add(property);
		}
		defaults.forEach((property) -> words
			.add("--" + (property.startsWith("/") ? property.substring(1) : "privsep.contexts.net." + property)));
		ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true).directory(new File("/"));
		builder.environment().clear();
		builder.environment().put("PATH", Tools.PATH);
		Process process = builder.start();
		try {
			process.getOutputStream().close();
			String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
			assertThat(process.exitValue()).as(said).isNotZero();
			assertThat(said).contains("APPLICATION FAILED TO START");
			return said.substring(said.lastIndexOf("APPLICATION FAILED TO START"));
		}
		finally {
			process.destroyForcibly();
		}
	}

	/** An application. */
	@Import({ PrivsepAutoConfiguration.class, Functions.class })
	static class Failing {

		public static void main(String[] args) {
			// a test that fails otherwise must not wait for ever
			Thread watch = new Thread(() -> {
				try {
					TimeUnit.MINUTES.sleep(5);
				}
				catch (InterruptedException ex) {
					// ends all the same
				}
				Runtime.getRuntime().halt(99);
			});
			watch.setDaemon(true);
			watch.start();
			SpringApplication.run(Failing.class, args).close();
		}

	}

	@PrivsepFunction("net")
	static class Functions {

		public void run() {
		}

	}

}
