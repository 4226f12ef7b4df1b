package io.privsep.installation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.demo.DemoContext;
import io.privsep.demo.InstalledDemo;
import io.privsep.demo.RunningDemo;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application that has been taken over can make of the wrappers that it may run
 * by sudo: nothing but what they are for.
 */
@Tag("any-jdk")
@ExtendWith(InstallsForSudo.class)
final class SudoIntegrationTests {

	private static final String SUDO = "/usr/bin/sudo";

	private static InstalledDemo demo;

	@BeforeAll
	static void install() throws Exception {
		demo = new InstalledDemo(Path.of("/"));
		demo.install().requireSuccess();
	}

	@AfterAll
	static void uninstall() throws Exception {
		if (demo != null) {
			demo.close();
		}
	}

	@Test
	void wrapperStartsHelperWithExactRights() throws Exception {
		try (HostileApplication application = run(SUDO, "-n", wrapper(DemoContext.PORTS))) {
			requireConfined(application, DemoContext.PORTS);
			assertThat(application.firstLine()).endsWith(" " + DemoContext.PORTS.user() + " 400");
			assertThat(application.isServed()).isTrue();
		}
	}

	@Tag("once")
	@Test
	void timeOfSudosOwnConfigurationDoesNotEndTheHelper() throws Exception {
		try (SudoRule rule = SudoRule.makeLast(demo, "Defaults:" + demo.user() + " command_timeout=2\n");
				HostileApplication application = run(SUDO, "-n", wrapper(DemoContext.PORTS))) {
			Thread.sleep(Duration.ofSeconds(4).toMillis());
			assertThat(rule).isNotNull();
			assertThat(application.isServed()).isTrue();
		}
	}

	static Stream<List<String>> disallowArguments() {
		String wrapper = wrapper(DemoContext.MOTD);
		return Stream.of(List.of(SUDO, "-n", wrapper, "extra"), List.of(SUDO, "-n", wrapper, "--", "-x"),
				List.of(SUDO, "-n", wrapper, ""), List.of(SUDO, "-n", wrapper + " extra"),
				List.of(SUDO, "-n", wrapper + " "), List.of(SUDO, "-n", wrapper + "/"),
				List.of(SUDO, "-n", wrapper.replace("/bin/", "/bin/../bin/"), "x"),
				List.of(SUDO, "-n", "/bin/sh", wrapper), List.of(SUDO, "-n", "-s", wrapper),
				List.of("/bin/sh", "-c", "FOO=x exec sudo -n --preserve-env=FOO " + wrapper),
				List.of(SUDO, "-n", "-i", wrapper), List.of(SUDO, "-n", "-e", wrapper));
	}

	@Tag("once")
	@ParameterizedTest
	@MethodSource
	void disallowArguments(List<String> words) throws Exception {
		try (HostileApplication application = run(words.toArray(String[]::new))) {
			assertThat(application.firstLine()).startsWith("ENDED exit code 1 [sudo: ");
		}
	}

	@Tag("once")
	@ParameterizedTest
	@ValueSource(strings = { "-E", "LD_PRELOAD=/tmp/x.so", "JAVA_TOOL_OPTIONS=-version", "PATH=/tmp", "IFS=x",
			"-g root", "-g daemon", "-u nobody", "-R /tmp", "-D /tmp", "-C 5" })
	void disallowOptionsOfSudo(String option) throws Exception {
		List<String> words = Stream
			.of(Stream.of(SUDO, "-n"), Stream.of(option.split(" ")), Stream.of(wrapper(DemoContext.MOTD)))
			.flatMap((each) -> each)
			.toList();
		try (HostileApplication application = run(words.toArray(String[]::new))) {
			// sudo's own refusal: the wrapper was not run
			assertThat(application.firstLine()).startsWith("ENDED exit code 1 [sudo: ");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "exec sudo -n -P %s", "exec sudo -n -H -k %s", "exec sudo -n -b %s",
			"cd /tmp; exec sudo -n %s", "trap '' HUP INT QUIT PIPE TERM CHLD USR1 TSTP; exec sudo -n %s",
			"ulimit -c unlimited; exec sudo -n %s", "ulimit -S -f 1; exec sudo -n %s",
			"ulimit -S -d 8000000; exec sudo -n %s", "ulimit -S -t 1000; exec sudo -n %s",
			"ulimit -S -n 64; exec sudo -n %s", "umask 0; exec sudo -n %s",
			"echo 20000000 > /proc/self/timerslack_ns; exec sudo -n %s", "exec nice -n 19 sudo -n %s",
			"export TERM='() { :; }' LC_ALL=/tmp LC_PAPER=x LANGUAGE=x DISPLAY=x COLORS=x; exec sudo -n %s",
			"export LD_PRELOAD=/tmp/x.so LD_LIBRARY_PATH=/tmp JAVA_TOOL_OPTIONS=-version JDK_JAVA_OPTIONS=-version"
					+ " _JAVA_OPTIONS=-version CLASSPATH=/tmp IFS=/ ENV=/tmp/x BASH_ENV=/tmp/x PATH=/tmp:$PATH"
					+ " HOME=/tmp TMPDIR=/tmp PWD=/tmp; exec /usr/bin/sudo -n %s",
			"exec 3</etc/passwd 9>/dev/null; exec sudo -n %s", "exec 1>&-; exec sudo -n %s" })
	void whateverTheCallerInheritsToTheWrapperTheHelperHasItsOwn(String script) throws Exception {
		try (HostileApplication application = run("/bin/sh", "-c", script.formatted(wrapper(DemoContext.PORTS)))) {
			requireConfined(application, DemoContext.PORTS);
			assertThat(application.isServed()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "ulimit -f 1", "ulimit -d 8000000", "ulimit -v 80000000", "ulimit -t 100000", "ulimit -n 64" })
	void hardLimitOfTheCallerIsLiftedOrRefused(String limit) throws Exception {
		try (HostileApplication application = run("/bin/sh", "-c",
				limit + "; exec sudo -n " + wrapper(DemoContext.PORTS))) {
			if (ThreadRights.ofThisProcess().bounding().contains(Capability.SYS_RESOURCE)) {
				requireConfined(application, DemoContext.PORTS);
			}
			else {
				// without that capability root cannot lift it
				assertThat(application.firstLine()).startsWith("ENDED exit code 1 ")
					.contains("prlimit: failed to set the")
					.contains("Operation not permitted");
			}
		}
	}

	@Test
	void personalityOfTheCallerIsRefused() throws Exception {
		try (HostileApplication application = run("setarch", "--uname-2.6", SUDO, "-n", wrapper(DemoContext.PORTS))) {
			assertThat(application.firstLine()).startsWith("ENDED exit code 78")
				.contains("helper has personality 00020000, expected 00000000");
		}
	}

	@Test
	void disallowConnectionThatIsNoSocket() throws Exception {
		for (String redirection : List.of("</dev/null", "</etc/passwd", "<&-", "</dev/zero")) {
			try (HostileApplication application = run("/bin/sh", "-c",
					"exec sudo -n " + wrapper(DemoContext.MOTD) + " " + redirection)) {
				assertThat(application.firstLine()).as(redirection).startsWith("ENDED exit code 78");
			}
		}
	}

	@Test
	void disallowAnotherUsersConnection() throws Exception {
		// root makes the pair here, and root is not the application
		InstalledDemo.Result result = InstalledDemo.run(List.of(RunningDemo.java(), "-XX:-UsePerfData", "-cp",
				demo.jar() + ":" + System.getProperty("java.class.path"), "io.privsep.process.SocketCaller", SUDO, "-n",
				wrapper(DemoContext.MOTD)));
		assertThat(result.out()).contains("ENDED exit code 78")
			.contains("the peer of the connection is user 'root', expected uid");
	}

	@Test
	void anotherUserMayNotRunTheWrapper() throws Exception {
		assertThat(Files.readAllLines(demo.sudoers()))
			.filteredOn((line) -> !line.startsWith("#") && !line.startsWith("Defaults!"))
			.isNotEmpty()
			.allMatch((line) -> line.startsWith(demo.user() + " ALL=(root) NOPASSWD:NOSETENV: "));
		assertThat(
				InstalledDemo
					.run(List.of("/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", SUDO,
							"-n", wrapper(DemoContext.MOTD)))
					.exitCode())
			.isEqualTo(1);
	}

	private static String wrapper(DemoContext context) {
		return demo.wrapper(context).toString();
	}

	private static HostileApplication run(String... words) throws Exception {
		return HostileApplication.run(demo, List.of(words));
	}

	static void requireConfined(HostileApplication application, DemoContext context) throws Exception {
		String ids = "%1$s\t%1$s\t%1$s\t%1$s".formatted(context.user());
		assertThat(application.status("Uid")).isEqualTo(ids);
		assertThat(application.status("Gid")).isEqualTo(ids);
		assertThat(application.status("Groups")).isEmpty();
		assertThat(application.status("NoNewPrivs")).isEqualTo("1");
		for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
			assertThat(application.status(set)).as(set).isEqualTo(context.mask());
		}
		assertThat(application.status("Umask")).isEqualTo("0077");
		assertThat(application.environmentOfHelper()).containsExactlyInAnyOrder("HOME=/", "LANG=C.UTF-8",
				"PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin");
		assertThat(application.proc().resolve("cwd").toRealPath()).isEqualTo(Path.of("/"));
		long ignored = Long.parseUnsignedLong(application.status("SigIgn"), 16);
		// QUIT, USR1, PIPE, CHLD, TSTP
		for (int signal : new int[] { 3, 10, 13, 17, 20 }) {
			assertThat(ignored & (1L << (signal - 1))).as("signal " + signal).isZero();
		}
		// HUP, INT, TERM
		for (int signal : new int[] { 1, 2, 15 }) {
			assertThat(ignored & (1L << (signal - 1))).as("signal " + signal).isNotZero();
		}
		assertThat(application.limit("Max core file size")).startsWith("0 0");
		for (String limit : List.of("Max file size", "Max cpu time", "Max address space", "Max data size")) {
			assertThat(application.limit(limit)).as(limit).startsWith("unlimited unlimited");
		}
		assertThat(application.limit("Max open files")).startsWith("4096 4096");
		assertThat(application.proc().resolve("timerslack_ns")).content().isEqualTo("50000\n");
	}

}
