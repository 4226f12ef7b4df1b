package io.privsep.installation;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.privsep.demo.DemoContext;
import io.privsep.demo.InstalledDemo;
import io.privsep.demo.InstalledDemo.Result;
import io.privsep.demo.ProcStatus;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Helpers that sudo has started live exactly as long as their application, and neither
 * the application's user nor another helper's gets hold of them.
 */
@Tag("once")
@ExtendWith(InstallsForSudo.class)
final class SudoIsolationIntegrationTests {

	private static final String SUDO = "/usr/bin/sudo";

	private static final int KILLS = 4;

	private static final Duration END = Duration.ofMinutes(2);

	private static final String REFUSED = "(?s).*([Dd]enied|not permitted).*";

	private static final List<String> ATTACKS = List.of("kill -STOP PID", "kill -KILL PID", "kill -TERM PID",
			"kill -QUIT PID", "prlimit --pid PID --nofile=10:10", "prlimit --pid PID --core=unlimited",
			"renice -n 19 -p PID", "head -c 1 /proc/PID/mem", "cat /proc/PID/environ", "cat /proc/PID/maps",
			"readlink -v /proc/PID/cwd", "readlink -v /proc/PID/fd/0", "cat < /proc/PID/fd/0", "ls /proc/PID/fd",
			"ls /proc/PID/root/", "ls /proc/PID/map_files", "echo 1000 > /proc/PID/oom_score_adj");

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

	@ParameterizedTest
	@EnumSource(State.class)
	void helperEndsWithKilledApplication(State state) throws Exception {
		List<Long> millis = new ArrayList<>();
		for (int i = 0; i < KILLS; i++) {
			try (HostileApplication application = run(demo, state.context);
					AutoCloseable reached = state.reach(application)) {
				assertThat(reached).isNotNull();
				assertThat(ProcStatus.isRunning(application.helper())).isTrue();
				application.kill();
				millis.add(awaitEnd(application.helper()).toMillis());
				state.requireKept();
			}
		}
		Collections.sort(millis);
		System.out.println("measured: end of helper of sudo after its application was killed, " + state + ": median "
				+ (millis.get(KILLS / 2 - 1) + millis.get(KILLS / 2)) / 2 + " ms, worst " + millis.get(KILLS - 1)
				+ " ms");
	}

	// bounded for what it must not be, which is for ever; how long it takes is printed
	private static Duration awaitEnd(long pid) throws Exception {
		long start = System.nanoTime();
		while (ProcStatus.isRunning(pid)) {
			assertThat(Duration.ofNanos(System.nanoTime() - start)).as("helper still runs").isLessThan(END);
			Thread.sleep(2);
		}
		return Duration.ofNanos(System.nanoTime() - start);
	}

	@Test
	void disallowsOthersToTouchHelper() throws Exception {
		Map<DemoContext, HostileApplication> applications = new EnumMap<>(DemoContext.class);
		try {
			for (DemoContext context : DemoContext.values()) {
				applications.put(context, run(demo, context));
			}
			for (Map.Entry<DemoContext, HostileApplication> victim : applications.entrySet()) {
				for (DemoContext attacker : List.of(DemoContext.NOBODY, DemoContext.PORTS)) {
					if (attacker != victim.getKey()) {
						requireRefused(attacker.user(), capabilities(attacker), victim.getValue());
					}
				}
				requireRefused(demo.uid(), "", victim.getValue());
			}
			for (Map.Entry<DemoContext, HostileApplication> each : applications.entrySet()) {
				SudoIntegrationTests.requireConfined(each.getValue(), each.getKey());
				assertThat(each.getValue().isServed()).as(each.getKey().id()).isTrue();
			}
		}
		finally {
			for (HostileApplication application : applications.values()) {
				application.close();
			}
		}
	}

	private static void requireRefused(int user, String capabilities, HostileApplication victim) throws Exception {
		String sets = "-all" + capabilities;
		for (String attack : ATTACKS) {
			Result result = InstalledDemo.run(List.of("/usr/bin/setpriv", "--reuid=" + user, "--regid=" + user,
					"--clear-groups", "--inh-caps=" + sets, "--ambient-caps=" + sets, "--bounding-set=" + sets,
					"--no-new-privs", "--", "/bin/sh", "-c", attack.replace("PID", Long.toString(victim.helper()))));
			String what = "user " + user + ", '" + attack + "': " + result;
			assertThat(result.exitCode()).as(what).isNotZero();
			assertThat(result.err()).as(what).matches(REFUSED);
			assertThat(victim.isServed()).as(what).isTrue();
		}
	}

	private static String capabilities(DemoContext context) {
		return (context == DemoContext.PORTS) ? ",+net_bind_service" : "";
	}

	@Test
	void helperOfRootHasNoCapabilityThatItIsNotGiven() throws Exception {
		try (InstalledDemo other = new InstalledDemo(Path.of("/"))) {
			List<String> arguments = new ArrayList<>(other.arguments());
			arguments.removeIf((argument) -> argument.startsWith("--privsep.contexts.nobody."));
			arguments.addAll(List.of("--privsep.contexts.nobody.user=0", "--privsep.contexts.nobody.group=0",
					"--privsep.contexts.nobody.allow-root=true"));
			other.command("install", List.of("--app-user", other.user(), "--context", "nobody"), arguments)
				.requireSuccess();
			try (HostileApplication application = run(other, DemoContext.NOBODY)) {
				assertThat(application.firstLine()).endsWith(" 0 0");
				// also the threads that come with work
				assertThat(application.isServed()).isTrue();
				String none = "0".repeat(16);
				assertThat(ProcStatus.ofAllThreads(application.helper())).hasSizeGreaterThan(5)
					.allSatisfy((status) -> assertThat(status).containsEntry("Uid", "0 0 0 0")
						.containsEntry("Gid", "0 0 0 0")
						.containsEntry("Groups", "")
						.containsEntry("CapInh", none)
						.containsEntry("CapPrm", none)
						.containsEntry("CapEff", none)
						.containsEntry("CapBnd", none)
						.containsEntry("CapAmb", none)
						.containsEntry("NoNewPrivs", "1"));
			}
		}
	}

	private static HostileApplication run(InstalledDemo demo, DemoContext context) throws Exception {
		HostileApplication application = HostileApplication.run(demo,
				List.of(SUDO, "-n", demo.wrapper(context).toString()));
		if (!application.firstLine().startsWith("READY ")) {
			application.close();
			throw new AssertionError("The helper is not ready: " + application.firstLine());
		}
		return application;
	}

	/**
	 * What the helper and its application do when the application is killed.
	 */
	enum State {

		IDLE(DemoContext.NOBODY) {

			@Override
			AutoCloseable reach(HostileApplication application) {
				return () -> {
				};
			}

		},
		/**
		 * A function reads a pipe that nobody writes to: interrupting it does not help.
		 */
		BUSY(DemoContext.MOTD) {

			@Override
			AutoCloseable reach(HostileApplication application) throws Exception {
				Files.delete(demo.motd());
				InstalledDemo.run(List.of("mkfifo", "-m", "600", demo.motd().toString())).requireSuccess();
				RandomAccessFile pipe = new RandomAccessFile(demo.motd().toFile(), "rw");
				application.call(read());
				for (int i = 0; !opens(application, demo.motd()); i++) {
					assertThat(i).as("attempts").isLessThan(6000);
					Thread.sleep(20);
				}
				return pipe;
			}

		},
		/** It must not have the connection. */
		OTHER_CHILD_LIVES(DemoContext.NOBODY) {

			private long child;

			@Override
			AutoCloseable reach(HostileApplication application) throws IOException {
				this.child = application.startChild();
				return () -> ProcessHandle.of(this.child).ifPresent(ProcessHandle::destroyForcibly);
			}

			@Override
			void requireKept() throws IOException {
				assertThat(ProcStatus.isRunning(this.child)).as("other child lives").isTrue();
			}

		};

		private final DemoContext context;

		State(DemoContext context) {
			this.context = context;
		}

		/**
		 * Lets the application and its helper do it.
		 * @param application the application, whose helper is ready
		 * @return takes back what that needed
		 * @throws Exception if it cannot be done
		 */
		abstract AutoCloseable reach(HostileApplication application) throws Exception;

		/**
		 * Looks whether it was so until after the end.
		 * @throws IOException if it cannot be seen
		 */
		void requireKept() throws IOException {
		}

		private static int read() throws IOException, ReflectiveOperationException {
			URL classes = Path.of(System.getProperty("demo.classes")).toUri().toURL();
			try (URLClassLoader loader = new URLClassLoader(new URL[] { classes })) {
				Class<?> motd = loader.loadClass("io.privsep.demo.privsep.Motd");
				PrivilegedFunction read = FunctionTable.of("motd", List.of(motd))
					.function(motd, motd.getMethod("read"));
				assertThat(read).isNotNull();
				return read.number();
			}
		}

		private static boolean opens(HostileApplication application, Path file) throws IOException {
			try (Stream<Path> descriptors = Files.list(application.proc().resolve("fd"))) {
				for (Path descriptor : descriptors.toList()) {
					if (Files.exists(descriptor) && Files.readSymbolicLink(descriptor).equals(file)) {
						return true;
					}
				}
			}
			return false;
		}

	}

}
