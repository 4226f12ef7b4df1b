package io.privsep.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import com.jayway.jsonpath.JsonPath;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.privsep.demo.DemoContext;
import io.privsep.demo.InstalledDemo;
import io.privsep.demo.InstalledDemo.Result;
import io.privsep.demo.ProcStatus;
import io.privsep.demo.RunningDemo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests of an application that has no rights at all, with each way to start its helpers.
 */
final class LaunchersIntegrationTests {

	@BeforeEach
	void requireRoot() {
		// for each test: what is skipped before all of them is in no report
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root can install helpers");
	}

	@Test
	void sudoIsChosenWhereItsWrapperIsInstalled() throws Exception {
		assumeTrue(Files.isExecutable(Path.of("/usr/bin/sudo")), "SKIPPED: sudo is not installed");
		try (InstalledDemo demo = new InstalledDemo(Path.of("/"))) {
			assumeTrue(Files.isExecutable(Path.of("/usr/sbin/logrotate")), "SKIPPED: logrotate is not installed");
			assumeTrue(Files.isExecutable(Path.of("/usr/bin/jq")), "SKIPPED: jq is not installed");
			demo.audit();
			demo.sandbox();
			assertThat(demo.install().requireSuccess().out())
				.contains("audits its calls in '" + demo.auditFile() + "', which stays when this is uninstalled")
				.contains("Context 'ports' audits its calls on its standard error, which the application reads");
			demo.verify().requireSuccess();
			try (RunningDemo running = RunningDemo.startInstalled(demo)) {
				assertThat(running.log()).contains(
						"Context 'motd': launcher 'sudo', because there is '" + demo.wrapper(DemoContext.MOTD) + "'");
				requireServed(demo, running);
				requireSandboxed(running);
				requireAudited(demo);
				// the attempt of context 'motd' to bind a port
				assertThat(documented(demo, "select(.outcome")).contains("\"thrown\":\"java.net.BindException\"")
					.doesNotContain("SUCCESS");
				assertThat(documented(demo, "group_by")).isEmpty();
				requireRotated(demo, running);
				requireNotUninstalled(demo);
			}
			// another process of the same user with the same wrapper: the signal of its
			// end reaches the helpers by the connection alone
			RunningDemo killed = RunningDemo.startInstalled(demo);
			try (killed) {
				List<Integer> helpers = JsonPath.read(killed.get("/api/overview").body(), "$.contexts[*].pid");
				killed.kill();
				for (int helper : helpers) {
					ProcStatus.awaitGone(helper);
				}
			}
			Files.setAttribute(demo.auditFile(), "unix:mode", 0666);
			assertThat(demo.verify().out()).contains("has mode 0666, expected user");
			assertThat(demo.uninstall().requireSuccess().out()).contains("is left and is root's");
			assertThat(Files.getAttribute(demo.auditFile(), "unix:uid")).isEqualTo(0);
			assertThat(demo.auditFile()).content().contains("\"context\":\"motd\"");
			assertThat(demo.logrotate()).doesNotExist();
		}
	}

	@Tag("once")
	@Test
	void commandStartsTheWrapperInSomeOtherWay() throws Exception {
		assumeTrue(Files.isExecutable(Path.of("/usr/bin/sudo")), "SKIPPED: sudo is not installed");
		try (InstalledDemo demo = new InstalledDemo(Path.of("/"))) {
			demo.install().requireSuccess();
			List<String> arguments = new ArrayList<>();
			for (DemoContext context : DemoContext.values()) {
				arguments.add("--privsep.contexts." + context.id() + ".command=/usr/bin/env,-i,/usr/bin/sudo,-n,"
						+ demo.wrapper(context));
			}
			try (RunningDemo running = RunningDemo.startInstalled(demo, arguments.toArray(String[]::new))) {
				assertThat(running.log()).contains("launcher 'command', because 'command' is configured");
				requireServed(demo, running);
			}
		}
	}

	@Tag("once")
	@Test
	void configurationThatIsNotInstalledFailsTheStartAndIsShown() throws Exception {
		assumeTrue(Files.isExecutable(Path.of("/usr/bin/sudo")), "SKIPPED: sudo is not installed");
		try (InstalledDemo demo = new InstalledDemo(Path.of("/"))) {
			demo.install().requireSuccess();
			String said = RunningDemo.failInstalled(demo, "--privsep.contexts.motd.settings.file=/etc/other",
					"--privsep.contexts.ports.capabilities=net_bind_service,net_raw",
					"--privsep.contexts.nobody.max-message-size=5MB", "--privsep.contexts.motd.audit=stderr",
					"--privsep.contexts.nobody.group=61399", "--privsep.contexts.nobody.seccomp=true");
			assertThat(said).contains("APPLICATION FAILED TO START")
				.contains("'privsep.contexts.motd.settings.file' has another value")
				.contains("'privsep.contexts.ports.capabilities' is [net_bind_service, net_raw], installed is"
						+ " [net_bind_service]")
				.contains("'privsep.contexts.motd.audit' is stderr, installed is off")
				.contains("'privsep.contexts.nobody.max-message-size' in bytes is 5242880, installed is 4194304")
				.contains("'privsep.contexts.nobody.group' is 61399, installed is " + DemoContext.NOBODY.user())
				.contains("'privsep.contexts.nobody.seccomp' is true, installed is false")
				.contains("Install again, as root, with 'java ")
				.contains("-cp " + demo.jar() + " io.privsep.install.InstallCommand install'.");
		}
	}

	@Tag("once")
	@Test
	void upgradeServesTheNewBuildAndTellsTheOldOne() throws Exception {
		assumeTrue(Files.isExecutable(Path.of("/usr/bin/sudo")), "SKIPPED: sudo is not installed");
		try (InstalledDemo demo = new InstalledDemo(Path.of("/"))) {
			demo.install().requireSuccess();
			Path oldBuild = demo.makeAnotherBuild();
			demo.install().requireSuccess();
			demo.verify().requireSuccess();
			try (RunningDemo running = RunningDemo.startInstalled(demo)) {
				requireServed(demo, running);
			}
			// as an executable jar, which the digest does not tell from the installed
			// copy
			assertThat(RunningDemo.failInstalled(demo, oldBuild)).contains("APPLICATION FAILED TO START")
				.containsPattern("its classes are of build \\w{12}, those of the application of build \\w{12}")
				.contains("Install again, as root, with 'java -Djarmode=privsep -jar " + oldBuild + " install");
		}
	}

	@Tag("once")
	@Test
	void codeThatTheApplicationCouldChangeFailsTheStart() throws Exception {
		assertThat(RunningDemo.failWithCodeOfTheApplication()).contains("APPLICATION FAILED TO START")
			.contains("' belongs to user " + RunningDemo.USER + ", who could change it")
			.contains("Run the application from a directory that root owns, that only root can change");
	}

	@Tag("once")
	@Test
	void withoutAnInstallationTheStartFailsAndSaysHowToInstall() throws Exception {
		try (InstalledDemo demo = new InstalledDemo(null)) {
			demo.install("--launcher", "command").requireSuccess();
			assertThat(RunningDemo.failInstalled(demo)).contains("APPLICATION FAILED TO START")
				.containsPattern("there is neither '/run/privsep/" + demo.name() + "/\\w+.sock' nor '/usr/lib/privsep/"
						+ demo.name() + "/current/bin/\\w+'")
				.contains("-cp " + demo.jar() + " io.privsep.install.InstallCommand install --app-user " + demo.user());
		}
	}

	@Tag("once")
	@Test
	void systemdsUnitsAreValidAndItsSocketsStartHelpers() throws Exception {
		Path activate = Path.of("/usr/bin/systemd-socket-activate");
		assumeTrue(Files.isExecutable(activate), "SKIPPED: systemd is not installed");
		try (InstalledDemo demo = new InstalledDemo(null)) {
			demo.nameUsers();
			demo.audit();
			demo.sandbox();
			demo.install("--launcher", "systemd").requireSuccess();
			demo.verify().requireSuccess();
			requireValidUnits(demo);
			assertThat(demo.unit(DemoContext.PORTS, "@.service")).content().contains("LogRateLimitIntervalSec=0");
			assertThat(demo.unit(DemoContext.MOTD, "@.service")).content().doesNotContain("LogRateLimit");
			List<Process> sockets = new ArrayList<>();
			try {
				List<String> arguments = new ArrayList<>();
				for (DemoContext context : DemoContext.values()) {
					Path socket = listen(demo, context, sockets);
					arguments.add("--privsep.contexts." + context.id() + ".socket=" + socket);
				}
				try (RunningDemo running = RunningDemo.startInstalled(demo, arguments.toArray(String[]::new))) {
					assertThat(running.log()).contains("launcher 'systemd', because there is '");
					requireServed(demo, running);
					requireSandboxed(sockets);
					requireAudited(demo);
				}
				requireRefusalIsShown(demo, sockets);
			}
			finally {
				for (Process socket : sockets) {
					socket.descendants().forEach(ProcessHandle::destroyForcibly);
					socket.destroyForcibly().onExit().join();
				}
			}
		}
	}

	private static void requireNotUninstalled(InstalledDemo demo) throws Exception {
		Result result = demo.uninstall();
		assertThat(result.exitCode()).isEqualTo(73);
		assertThat(result.err()).containsPattern("Nothing was removed, because helpers of '" + demo.name()
				+ "' are running: motd \\(pid \\d+\\), nobody \\(pid \\d+\\), ports \\(pid \\d+\\)");
		demo.verify().requireSuccess();
	}

	// The application has its helper audit what it does, and cannot undo that.
	private static void requireAudited(InstalledDemo demo) throws Exception {
		List<String> lines = Files.readAllLines(demo.auditFile());
		String peer = "\"peer\":{\"uid\":" + demo.uid() + "}";
		assertThat(lines).isNotEmpty()
			.allMatch((line) -> line.contains(peer))
			.anyMatch((line) -> line.contains(".Motd.update(java.lang.String) void\"")
					&& line.contains("\"outcome\":\"SUCCESS\""));
		for (String script : List.of("cat %s", "echo x >> %s", ": > %s", "rm -f %s", "mv %1$s %1$s.x")) {
			List<String> words = List.of("/usr/bin/setpriv", "--reuid=" + demo.user(), "--regid=" + demo.user(),
					"--clear-groups", "--", "/bin/sh", "-c", script.formatted(demo.auditFile()));
			assertThat(InstalledDemo.run(words).exitCode()).as(script).isNotZero();
		}
		assertThat(Files.readAllLines(demo.auditFile())).isEqualTo(lines);
	}

	private static String documented(InstalledDemo demo, String part) throws Exception {
		String command = Files.readAllLines(Path.of("../docs/audit.md"))
			.stream()
			.filter((line) -> line.startsWith("jq ") && line.contains(part))
			.findFirst()
			.orElseThrow();
		return InstalledDemo
			.run(List.of("/bin/sh", "-c",
					command.replace("/var/log/privsep/app/motd.log", demo.auditFile().toString())))
			.requireSuccess()
			.out();
	}

	private static void requireRotated(InstalledDemo demo, RunningDemo running) throws Exception {
		String before = Files.readString(demo.auditFile());
		InstalledDemo.run(List.of("/usr/sbin/logrotate", "--force", "--state",
				demo.directory().resolve("state").toString(), demo.logrotate().toString()))
			.requireSuccess();
		assertThat(demo.auditFile().resolveSibling("motd.log.1")).content().startsWith(before);
		// a helper looks for the new one every second
		Awaitility.await().until(() -> {
			running.put("/api/motd", "after");
			return Files.size(demo.auditFile()) > 0;
		});
		requireAudited(demo);
	}

	// The helper's own words reach an application whose helpers have no standard error.
	private static void requireRefusalIsShown(InstalledDemo demo, List<Process> sockets) throws Exception {
		Path socket = listen(demo, DemoContext.PORTS, sockets, "--no-new-privs", "other.sock");
		String said = RunningDemo.failInstalled(demo, "--privsep.contexts.ports.socket=" + socket,
				"--privsep.contexts.motd.socket=" + socket, "--privsep.contexts.nobody.socket=" + socket);
		assertThat(said).contains("Context 'ports': helper has no_new_privs 0, expected 1; refusing to serve");
	}

	private static Path listen(InstalledDemo demo, DemoContext context, List<Process> sockets) throws Exception {
		return listen(demo, context, sockets, "", context.id() + ".sock");
	}

	// What systemd does with the two units, as far as it can be done without being the
	// first process.
	private static Path listen(InstalledDemo demo, DemoContext context, List<Process> sockets, String without,
			String name) throws Exception {
		Path socket = demo.prefix().resolve("run/privsep").resolve(demo.name()).resolve(name);
		for (Path made = Files.createDirectories(socket.getParent()); !made.equals(demo.prefix()); made = made
			.getParent()) {
			Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
		Map<String, String> unit = settings(demo.unit(context, "@.service"));
		String capabilities = unit.get("AmbientCapabilities").isEmpty() ? "-all"
				: "-all,+" + unit.get("AmbientCapabilities").substring("CAP_".length()).toLowerCase(Locale.ROOT);
		assertThat(unit.get("CapabilityBoundingSet")).isEqualTo(unit.get("AmbientCapabilities"));
		List<String> words = new ArrayList<>(
				List.of("/usr/bin/systemd-socket-activate", "--accept", "--inetd", "--listen=" + socket, "/bin/sh",
						"-c", "umask " + unit.get("UMask") + "; cd / ; exec \"$@\" > /dev/null", "sh",
						"/usr/bin/prlimit", limit(unit, "core"), limit(unit, "nofile"), limit(unit, "fsize"),
						limit(unit, "data"), limit(unit, "as"), limit(unit, "stack"), "--", "/usr/bin/setpriv",
						"--reuid=" + unit.get("User"), "--regid=" + unit.get("Group"),
						// as initgroups(3) does it, which systemd calls
						"--groups=" + unit.get("Group"), "--inh-caps=" + capabilities, "--ambient-caps=" + capabilities,
						"--bounding-set=" + capabilities, "--no-new-privs",
						"--securebits=+" + unit.get("SecureBits").replace("-", "_").replace(" ", ",+"), "--",
						unit.get("ExecStart")));
		assertThat(unit.get("NoNewPrivileges")).isEqualTo("yes");
		words.remove(without);
		sockets.add(new ProcessBuilder(words).redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectError(demo.directory().resolve("systemd.log").toFile())
			.start());
		for (int i = 0; !Files.exists(socket); i++) {
			assertThat(i).as("attempts").isLessThan(6000);
			Thread.sleep(20);
		}
		Files.setAttribute(socket, "unix:uid", demo.uid());
		Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
		return socket;
	}

	private static String limit(Map<String, String> unit, String name) {
		// what systemd itself has, if the unit says nothing
		String value = unit.getOrDefault("Limit" + name.toUpperCase(Locale.ROOT), "8388608")
			.replace("infinity", "unlimited");
		return "--" + name + "=" + value + ":" + value;
	}

	private static void requireSandboxed(RunningDemo running) throws Exception {
		List<Integer> pids = JsonPath.read(running.get("/api/overview").body(), "$.contexts[?(@.name=='nobody')].pid");
		requireSandboxed(pids.get(0));
	}

	private static void requireSandboxed(List<Process> sockets) throws Exception {
		List<ProcessHandle> all = sockets.stream().flatMap(Process::descendants).toList();
		List<Long> sandboxed = new ArrayList<>();
		for (ProcessHandle each : all) {
			if (Files.readString(Path.of("/proc", Long.toString(each.pid()), "status"))
				.matches("(?s).*NSpid:\\s\\d+\\s1\n.*")) {
				sandboxed.add(each.pid());
			}
		}
		assertThat(sandboxed).hasSize(1);
		requireSandboxed(sandboxed.get(0));
	}

	private static void requireSandboxed(long pid) throws Exception {
		Path process = Path.of("/proc", Long.toString(pid));
		assertThat(Files.readString(process.resolve("status"))).containsPattern("NSpid:\\s\\d+\\s1\n")
			.containsPattern("CapBnd:\\s0+\n");
		assertThat(Files.exists(process.resolve("root/etc/passwd"))).isFalse();
		assertThat(Files.readAllLines(process.resolve("net/dev"))).hasSize(3);
		assertThat(Files.readString(process.resolve("limits"))).containsPattern("Max data size +201326592 +201326592");
	}

	private static void requireValidUnits(InstalledDemo demo) throws Exception {
		for (DemoContext context : DemoContext.values()) {
			Map<String, String> socket = settings(demo.unit(context, ".socket"));
			assertThat(socket).containsEntry("SocketMode", "0600")
				.containsEntry("SocketUser", demo.user())
				.containsEntry("Accept", "yes");
			Result result = InstalledDemo.run(List.of("/usr/bin/systemd-analyze", "verify",
					demo.unit(context, ".socket").toString(), demo.unit(context, "@.service").toString()));
			assertThat(result.out() + result.err()).doesNotContain("privsep");
			assertThat(result.exitCode()).as(result.err()).isZero();
		}
	}

	private static Map<String, String> settings(Path unit) throws IOException {
		Map<String, String> settings = new TreeMap<>();
		for (String line : Files.readAllLines(unit)) {
			int equals = line.indexOf('=');
			if (equals > 0 && !line.startsWith("#")) {
				settings.put(line.substring(0, equals), line.substring(equals + 1));
			}
		}
		return settings;
	}

	private static void requireServed(InstalledDemo demo, RunningDemo running) throws Exception {
		assertThat(running.put("/api/motd", "after").statusCode()).isEqualTo(204);
		assertThat(demo.motd()).hasContent("after");
		String probe = "/api/ports/" + running.freeLowPort(80) + "/probe";
		assertThat(running.post(probe, "").body()).contains("\"bindable\":true");
		assertThat(running.post("/api/attempts/direct-write", "").statusCode()).isEqualTo(403);
		assertThat(running.post("/api/attempts/motd-binds-port", "").statusCode()).isEqualTo(403);
		assertThat(running.post("/api/parse", "item=tea\nquantity=3").body()).contains("tea");
		for (int pid : helpers(running)) {
			assertThat(Files.isDirectory(Path.of("/proc", Integer.toString(pid)))).isTrue();
		}
		// what a function logs, which comes another way than its answer
		Awaitility.await()
			.untilAsserted(() -> assertThat(running.log())
				.containsPattern("INFO .*\\.privsep\\.Motd .* : Replaced '" + demo.motd()));
		// JVMs complain of native code that nothing has allowed, in the application and
		// in helpers
		assertThat(running.log()).doesNotContain("restricted method").doesNotContain("SystemCallFilter");
		List<Integer> filtered = JsonPath.read(running.get("/api/contexts").body(), "$[?(@.name=='motd')].helper.pid");
		assertThat(ProcStatus.ofAllThreads(filtered.get(0))).isNotEmpty()
			.allSatisfy((status) -> assertThat(status).containsEntry("Seccomp", "2"));
	}

	private static List<Integer> helpers(RunningDemo running) throws Exception {
		return JsonPath.read(running.get("/api/contexts").body(), "$[*].helper.pid");
	}

}
