package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.rights.Capability;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Neither the application's user nor another helper gets hold of a helper.
 */
class HelperIsolationIntegrationTests {

	private static final int APPLICATION_USER = 61240;

	private static final int USER = 61241;

	private static final int OTHER_HELPER_USER = 61242;

	private static final String REFUSED = "(?s).*([Dd]enied|not permitted).*";

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	static Stream<String> attacks() {
		return Stream.of("kill -STOP PID", "kill -KILL PID", "kill -TERM PID", "kill -QUIT PID",
				"prlimit --pid PID --nofile=10:10", "prlimit --pid PID --core=unlimited", "taskset -p 1 PID",
				"renice -n 19 -p PID", "head -c 1 /proc/PID/mem", "cat /proc/PID/environ", "cat /proc/PID/maps",
				"cat /proc/PID/auxv", "readlink -v /proc/PID/cwd", "readlink -v /proc/PID/fd/0", "cat < /proc/PID/fd/0",
				": > /proc/PID/fd/2", "ls /proc/PID/root/", "ls /proc/PID/map_files");
	}

	static Stream<Arguments> attacksOfHelpers() {
		return Stream
			.of(RealHelper.rights(OTHER_HELPER_USER), RealHelper.rights(OTHER_HELPER_USER, Capability.NET_BIND_SERVICE),
					RealHelper.rights(OTHER_HELPER_USER, Capability.DAC_OVERRIDE))
			.map(Arguments::of);
	}

	@Test
	void disallowsApplicationsUserToTouchHelper() throws Exception {
		try (RealHelper helper = RealHelper.start(code, RealHelper.rights(USER, Capability.NET_BIND_SERVICE))) {
			for (String attack : attacks().toList()) {
				Command result = Command.shellAs(APPLICATION_USER, with(helper, attack));
				assertThat(result.exitCode()).as(attack + ": " + result.output()).isNotZero();
				assertThat(result.output()).as(attack).matches(REFUSED);
				assertThat(helper.call("echo", attack)).isEqualTo(attack);
			}
			assertThat(Command.shellAs(APPLICATION_USER, with(helper, "ls /proc/PID/fd")).output()).matches(REFUSED);
		}
	}

	@ParameterizedTest
	@MethodSource("attacksOfHelpers")
	void disallowsAnotherHelperToTouchHelper(Rights rights) throws Exception {
		try (RealHelper helper = RealHelper.start(code, RealHelper.rights(USER, Capability.NET_BIND_SERVICE));
				RealHelper attacker = RealHelper.start(code, rights)) {
			for (String attack : attacks().toList()) {
				assertThat(String.valueOf(attacker.call("run", with(helper, attack)))).as(attack)
					.doesNotStartWith("[0]")
					.matches(REFUSED);
			}
			assertThat(String.valueOf(attacker.call("signal", helper.pid()))).matches(REFUSED);
			assertThat(helper.call("echo", "x")).isEqualTo("x");
		}
	}

	@Test
	void helperThatMayWriteAnyFileChangesNoMoreOfAnotherThanDocumented() throws Exception {
		try (RealHelper helper = RealHelper.start(code, RealHelper.rights(USER, Capability.NET_BIND_SERVICE));
				RealHelper attacker = RealHelper.start(code,
						RealHelper.rights(OTHER_HELPER_USER, Capability.DAC_OVERRIDE))) {
			Map<String, String> before = ProcFiles.status(helper.pid());
			String written = String.valueOf(attacker.call("run", with(helper, """
					cd /proc/PID
					for file in $(find . -maxdepth 4 -type f -perm /222 2> /dev/null); do
						case $file in */clear_refs) value=1;; */coredump_filter) value=51;; *) value=0;; esac
						(printf $value > $file) 2> /dev/null && echo $file
					done
					true""")));
			assertThat(written.lines().skip(1).map((file) -> file.substring(2).replaceFirst("^task/\\d+/", "")))
				.as("see 'What does not hold' in the security model")
				.isSubsetOf("oom_score_adj", "oom_adj", "autogroup", "clear_refs", "coredump_filter", "sched")
				.contains("oom_score_adj", "coredump_filter");
			assertThat(helper.call("echo", "x")).isEqualTo("x");
			assertThat(ProcFiles.status(helper.pid())).containsAllEntriesOf(Map.of("Uid", before.get("Uid"), "CapEff",
					before.get("CapEff"), "CapBnd", before.get("CapBnd"), "Seccomp", before.get("Seccomp")));
		}
	}

	@Test
	void helperThatMayWriteAnyFileEndsAnotherByControlGroupsAsDocumented() throws Exception {
		try (ControlGroup group = ControlGroup.named("privsep-test-" + ProcessHandle.current().pid());
				RealHelper helper = RealHelper.start(code, RealHelper.rights(USER, Capability.NET_BIND_SERVICE));
				RealHelper harmless = RealHelper.start(code, RealHelper.rights(OTHER_HELPER_USER));
				RealHelper attacker = RealHelper.start(code,
						RealHelper.rights(OTHER_HELPER_USER, Capability.DAC_OVERRIDE))) {
			String move = with(helper, "mkdir %1$s && echo PID > %1$s/cgroup.procs".formatted(group.path()));
			assertThat(harmless.call("run", move)).asString().doesNotStartWith("[0]");
			String moved = String.valueOf(attacker.call("run", move));
			if (group.readOnly()) {
				assertThat(moved).contains("Read-only file system");
			}
			else if (!group.unified()) {
				assertThat(moved).matches(REFUSED);
			}
			else {
				assertThat(moved).startsWith("[0]");
				assertThat(attacker.call("run", "echo 1 > %s/cgroup.freeze".formatted(group.path()))).asString()
					.startsWith("[0]");
				group.awaitFrozen();
				assertThat(attacker.call("run", "echo 1 > %s/cgroup.kill".formatted(group.path()))).asString()
					.startsWith("[0]");
				assertThat(helper.awaitEnd().exitCode()).isEqualTo(128 + 9);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { APPLICATION_USER, USER })
	void disallowsAgentAttach(int user) throws Exception {
		try (RealHelper helper = RealHelper.start(code, RealHelper.rights(USER))) {
			Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
			Command result = Command.run(Command.as(user, jcmd.toString(), "-J-XX:-UsePerfData",
					"-J-Dsun.tools.attach.attachTimeout=1000", String.valueOf(helper.pid()), "VM.version"));
			assertThat(result.exitCode()).as(result.output()).isNotZero();
			assertThat(result.output()).contains("Exception").doesNotContain("JDK ");
			assertThat(helper.call("echo", "x")).isEqualTo("x");
			assertThat(Path.of("/tmp/.java_pid" + helper.pid())).doesNotExist();
		}
	}

	@Test
	void helperHasNothingOfApplicationAndKeepsNoFile() throws Exception {
		List<Path> before = filesOfUser(USER);
		Path directory = code.createDirectory("rwxr-xr-x", APPLICATION_USER);
		try (RunningApplication application = RunningApplication.start(
				List.of("/usr/bin/env", "SECRET=secret", "LD_LIBRARY_PATH=/tmp", "LANG=de_DE.UTF-8"), code, directory,
				USER)) {
			application.await("ready");
			long pid = application.helperPid();
			assertThat(ProcFiles.environment(application.pid())).anyMatch((variable) -> variable.startsWith("SECRET="))
				.anyMatch((variable) -> variable.startsWith("LD_LIBRARY_PATH="));
			assertThat(ProcFiles.environment(pid)).containsExactlyInAnyOrder("HOME=/", "LANG=C.UTF-8",
					"PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin");
			assertThat(ProcFiles.link(application.pid(), "cwd")).isEqualTo(directory);
			assertThat(ProcFiles.link(pid, "cwd")).hasToString("/");
			assertThat(ProcFiles.status(pid)).containsEntry("Umask", "0077");
			assertThat(ProcFiles.limit(pid, "Max core file size")).startsWith("0 0");
			assertThat(ProcFiles.stat(pid, 6)).as("session").isEqualTo(String.valueOf(pid));
			assertThat(filesOfUser(USER)).isEqualTo(before);
		}
		assertThat(filesOfUser(USER)).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "SEGV", "ABRT" })
	void crashFollowsNoLinkAndLeavesNoFile(String signal) throws Exception {
		List<Path> before = filesOfUser(USER);
		Path directory = code.createDirectory("rwxr-xr-x", APPLICATION_USER);
		// the helper could write it, if it was led there
		Path target = code.createFile("before", "rw-rw-rw-", 0);
		List<Path> links = new ArrayList<>();
		try (RunningApplication application = RunningApplication
			.start(List.of("/usr/bin/prlimit", "--core=unlimited", "--"), code, directory, USER)) {
			application.await("ready");
			long pid = application.helperPid();
			for (String name : List.of("hs_err_pid" + pid + ".log", "hs_err_" + pid + ".log", "core." + pid,
					"core.java." + pid, "java_pid" + pid + ".hprof", "javacore." + pid + ".txt")) {
				plant(Path.of("/tmp").resolve(name), target, links);
				plant(directory.resolve(name), target, links);
			}
			plant(directory.resolve("core"), target, links);
			List<String> rootBefore = reports(Path.of("/"));
			assertThat(Command.shell("kill -" + signal + " " + pid).exitCode()).isZero();
			application.awaitLine("helper ended \\((exit code 1|killed by signal 6)\\)");
			if (signal.equals("SEGV")) {
				assertThat(application.output()).as("log, with the report of the JVM").contains("SIGSEGV");
			}
			assertThat(target).hasContent("before");
			assertThat(links).allMatch(Files::isSymbolicLink);
			assertThat(reports(directory)).hasSize(links.size() / 2 + 1);
			assertThat(reports(Path.of("/"))).isEqualTo(rootBefore);
			assertThat(filesOfUser(USER)).isEqualTo(before);
		}
		finally {
			for (Path link : links) {
				Files.delete(link);
			}
		}
	}

	private static void plant(Path link, Path target, List<Path> links) throws IOException {
		Files.createSymbolicLink(link, target);
		links.add(link);
		Files.setAttribute(link, "unix:uid", APPLICATION_USER, LinkOption.NOFOLLOW_LINKS);
	}

	// of a crash; others may make other files meanwhile
	private static List<String> reports(Path directory) {
		return names(directory).stream()
			.filter((name) -> name.startsWith("core") || name.startsWith("hs_err") || name.startsWith("java"))
			.sorted()
			.toList();
	}

	private static List<Path> filesOfUser(int uid) {
		List<Path> found = new ArrayList<>();
		for (String top : List.of("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/var/lib")) {
			for (String name : names(Path.of(top))) {
				Path path = Path.of(top, name);
				if (isOfUser(path, uid)) {
					found.add(path);
				}
			}
		}
		found.sort(null);
		return found;
	}

	private static boolean isOfUser(Path path, int uid) {
		try {
			return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(uid);
		}
		catch (IOException ex) {
			// another process has deleted it meanwhile
			return false;
		}
	}

	private static List<String> names(Path directory) {
		String[] names = directory.toFile().list();
		return (names != null) ? List.of(names) : List.of();
	}

	private static String with(RealHelper helper, String script) {
		return script.replace("PID", String.valueOf(helper.pid()));
	}

}
