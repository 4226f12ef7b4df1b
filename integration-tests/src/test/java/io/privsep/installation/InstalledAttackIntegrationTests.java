package io.privsep.installation;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.util.FileSystemUtils;

import io.privsep.attacked.AttackSettings;
import io.privsep.attacked.AttackedApplication;
import io.privsep.attacked.Attacks;
import io.privsep.demo.InstalledDemo;
import io.privsep.demo.InstalledDemo.Result;
import io.privsep.demo.ProcStatus;
import io.privsep.demo.RunningDemo;
import io.privsep.linux.LingeringSocket;
import io.privsep.linux.SentDescriptor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is installed with a logging system on its class path, and runs as
 * an ordinary user: its helper, which sudo has started with {@code dac_override}, attacks
 * it, and it attacks its helper.
 */
@Tag("once")
@ExtendWith(InstallsForSudo.class)
final class InstalledAttackIntegrationTests {

	private static final String SUDO = "/usr/bin/sudo";

	private static final int HELPER = 62105;

	/**
	 * The timeout of a call, the 2 s that are promised, and what a busy machine takes;
	 * the descriptor itself takes an hour.
	 */
	private static final Duration BOUND = Duration.ofMinutes(4);

	private static final Duration END = Duration.ofMinutes(2);

	private static final Pattern OUTCOME = Pattern.compile("OUTCOME (\\w+) after (\\d+) ms: (.*)");

	private static final Pattern EVENT = Pattern.compile("EVENT thread=(.*) logger=(.*) mdc=\\{(.*)} text=(.*)");

	private static InstalledDemo demo;

	private static List<String> lines;

	@BeforeAll
	static void attack() throws Exception {
		demo = new InstalledDemo(Path.of("/"));
		Path jars = Files.createDirectory(demo.directory().resolve("jars"));
		extractJars(jars);
		makeApplication(jars.resolve("application.jar"));
		InstalledDemo
			.run(command("io.privsep.install.InstallCommand", "install", "--main-class",
					AttackedApplication.class.getName(), "--app-user", demo.user(), "--"))
			.requireSuccess();
		// the installation runs the application as root, whose class path it trusts
		FileSystemUtils.deleteRecursively(logs());
		Files.createDirectory(logs());
		Files.createDirectory(roots());
		Files.setPosixFilePermissions(roots(), PosixFilePermissions.fromString("rwx------"));
		for (String name : List.of("control", "log4j2", "jul", "simple")) {
			Files.createSymbolicLink(logs().resolve(name), roots().resolve(name));
		}
		InstalledDemo.run(List.of("chown", "-hR", demo.user(), logs().toString())).requireSuccess();
		Result result = InstalledDemo.run(asUser(command(AttackedApplication.class.getName())));
		lines = result.requireSuccess().out().lines().toList();
	}

	@AfterAll
	static void uninstall() throws Exception {
		if (demo != null) {
			demo.close();
		}
	}

	@Test
	void helperOpensNoFileOfALoggingSystem() throws Exception {
		assertThat(outcome("check")).isEqualTo("checked");
		assertThat(outcome("refuse")).contains("must be letters");
		assertThat(outcome("log")).isEqualTo("logged");
		// as the application's link leads the helper there
		assertThat(outcome("create")).isEqualTo("created");
		try (Stream<Path> files = Files.list(roots())) {
			assertThat(files.map((file) -> file.getFileName().toString())).containsExactly("control");
		}
		try (Stream<Path> files = Files.list(logs())) {
			assertThat(files.filter((file) -> !Files.isSymbolicLink(file))).isEmpty();
		}
	}

	@Test
	void helperChoosesNeitherLoggerNorThreadNorFieldsOfItsEvents() {
		assertThat(outcome("forge")).isEqualTo("forged");
		List<Matcher> events = lines.stream().map(EVENT::matcher).filter(Matcher::matches).toList();
		assertThat(events).extracting((event) -> event.group(4)).contains("forgery by SLF4J", "forgery by hand");
		assertThat(events).filteredOn((event) -> event.group(4).startsWith("forgery")).allSatisfy((event) -> {
			assertThat(event.group(1)).isEqualTo("privsep-attacks-log");
			assertThat(event.group(2)).isEqualTo("io.privsep.helper.attacks.com.example.security.LoginAudit");
			assertThat(event.group(3).split(", ")).contains("traceId=kept")
				.allMatch((field) -> field.startsWith("traceId=") || field.startsWith("privsep."));
		});
	}

	@Test
	void descriptorThatTheHelperSendsHoldsNobodyUp() {
		Matcher outcome = matcher("linger");
		if (isRefusedBySystem()) {
			assertThat(outcome.group(3)).isEqualTo("sendmsg: Operation not permitted");
		}
		else {
			assertThat(outcome.group(3)).matches("Privsep(Timeout|ConnectionLost)Exception .*");
		}
		assertThat(Duration.ofMillis(Long.parseLong(outcome.group(2)))).isLessThan(BOUND);
		assertThat(outcome("served")).isEqualTo("created");
	}

	@Test
	@Execution(ExecutionMode.CONCURRENT)
	void descriptorThatKeepsTheConnectionOpenOnItsWayDoesNotKeepTheHelper() throws Exception {
		try (Attacker attacker = new Attacker("itself")) {
			attacker.end();
			attacker.awaitEndOfHelper();
		}
	}

	// a heartbeat ends it before that, after five minutes: too long to wait for here.
	@Test
	@Execution(ExecutionMode.CONCURRENT)
	void descriptorThatTakesAnHourToCloseKeepsTheHelperNoLongerThanThat() throws Exception {
		try (Attacker attacker = new Attacker("linger")) {
			attacker.end();
			attacker.awaitClosing();
			attacker.endPeer();
			attacker.awaitEndOfHelper();
		}
	}

	private static boolean isRefusedBySystem() {
		String[] version = System.getProperty("os.version").split("[^0-9]+");
		return Integer.parseInt(version[0]) * 1000 + Integer.parseInt(version[1]) >= 6016;
	}

	private static String outcome(String name) {
		return matcher(name).group(3);
	}

	private static Matcher matcher(String name) {
		return lines.stream()
			.map(OUTCOME::matcher)
			.filter((line) -> line.matches() && line.group(1).equals(name))
			.findFirst()
			.orElseThrow(() -> new AssertionError("No outcome of " + name + " in " + lines));
	}

	private static Path logs() {
		return demo.directory().resolve("logs");
	}

	private static Path roots() {
		return demo.directory().resolve("roots");
	}

	private static List<String> options() {
		return List.of("--spring.application.name=" + demo.name(), "--spring.main.web-application-type=none",
				"--logging.pattern.console=EVENT thread=%t logger=%logger mdc={%mdc} text=%msg%n",
				"--privsep.contexts.attacks.user=" + HELPER, "--privsep.contexts.attacks.group=" + HELPER,
				"--privsep.contexts.attacks.capabilities=dac_override", "--privsep.contexts.attacks.call-timeout=2m",
				"--privsep.contexts.attacks.queue-timeout=5m", "--privsep.contexts.attacks.start-timeout=5m",
				"--privsep.contexts.attacks.settings.directory=" + logs());
	}

	private static List<String> command(String... words) {
		List<String> command = new ArrayList<>(List.of(RunningDemo.java(), "-XX:-UsePerfData",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", demo.directory().resolve("jars") + "/*"));
		command.addAll(List.of(words));
		command.addAll(options());
		return command;
	}

	private static List<String> asUser(List<String> command) {
		return Stream
			.concat(Stream.of("/usr/bin/setpriv", "--reuid=" + demo.user(), "--regid=" + demo.user(), "--clear-groups",
					"--"), command.stream())
			.toList();
	}

	// What the demo has, with Log4j in the place of its bridge to SLF4J.
	private static void extractJars(Path directory) throws IOException {
		try (ZipFile jar = new ZipFile(System.getProperty("demo.jar"))) {
			for (ZipEntry entry : jar.stream().toList()) {
				String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
				if (entry.getName().startsWith("BOOT-INF/lib/") && name.endsWith(".jar")
						&& !name.startsWith("log4j-to-slf4j")) {
					try (InputStream in = jar.getInputStream(entry)) {
						Files.copy(in, directory.resolve(name));
					}
				}
			}
		}
		try (Stream<Path> files = Files.list(Path.of("target/log4j-core"))) {
			for (Path file : files.toList()) {
				Files.copy(file, directory.resolve(file.getFileName()));
			}
		}
		for (String library : List.of("hibernate-validator", "jboss-logging", "classmate", "jakarta.validation-api")) {
			Path file = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
				.map(Path::of)
				.filter((each) -> each.getFileName().toString().startsWith(library))
				.findFirst()
				.orElseThrow();
			// the demo may have it as well
			Files.copy(file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
		}
		assertThat(new File(directory.toString()).list()).anyMatch((name) -> name.startsWith("log4j-core"));
	}

	private static void makeApplication(Path jar) throws IOException {
		Map<String, String> files = Map.of("log4j2.xml", """
				<Configuration>
					<Appenders><File name="f" fileName="%1$s/log4j2"/></Appenders>
					<Loggers><Root level="trace"><AppenderRef ref="f"/></Root></Loggers>
				</Configuration>
				""", "logging.properties", """
				handlers=java.util.logging.FileHandler
				java.util.logging.FileHandler.pattern=%1$s/jul
				""", "log4j2.simplelog.properties", "org.apache.logging.log4j.simplelog.logFile=%1$s/simple\n");
		try (OutputStream out = Files.newOutputStream(jar); ZipOutputStream zip = new ZipOutputStream(out)) {
			for (Map.Entry<String, String> file : files.entrySet()) {
				zip.putNextEntry(new ZipEntry(file.getKey()));
				zip.write(file.getValue().formatted(logs()).getBytes(StandardCharsets.UTF_8));
			}
			for (Class<?> type : List.of(AttackedApplication.class, Attacks.class, AttackSettings.class,
					LingeringSocket.class, SentDescriptor.class)) {
				String name = type.getName().replace('.', '/') + ".class";
				zip.putNextEntry(new ZipEntry(name));
				try (InputStream in = type.getResourceAsStream("/" + name)) {
					Objects.requireNonNull(in).transferTo(zip);
				}
			}
		}
	}

	/**
	 * A program of the application's user that starts the helper by sudo and sends it a
	 * descriptor.
	 */
	private static final class Attacker implements AutoCloseable {

		private static final String PROGRAM = """
				use strict;
				use Socket;
				my ($attack, $sendmsg, @command) = @ARGV;
				my $ping = pack('NC', 1, 3);
				$| = 1;
				socketpair(my $own, my $its, AF_UNIX, SOCK_STREAM, 0) or die $!;
				# before there is a helper: who closes the socket last has to wait, which is then not this program
				lingering() if $attack eq 'linger';
				my $helper = fork;
				if (!$helper) {
					open(STDIN, '<&', $its) or die $!;
					exec @command;
				}
				close $its;
				sysread($own, my $ready, 65536) or die 'no helper';
				# what sudo has become
				print $helper, qq(\n);
				if ($attack eq 'itself') {
					# until all workers wait for someone to take their answers
					my $room = '';
					do {
						send($own, $ping x 100, 0x40);
						vec($room = '', fileno $own, 1) = 1;
					} while (select(undef, $room, undef, 2));
					descriptor($own, 0x40);
				}
				<STDIN>;

				# a socket that has data to send, which its peer does not read: it takes an hour to close
				sub lingering {
					socket(my $listener, AF_INET, SOCK_STREAM, 0) or die $!;
					setsockopt($listener, SOL_SOCKET, SO_RCVBUF, 2048) or die $!;
					bind($listener, sockaddr_in(0, INADDR_LOOPBACK)) && listen($listener, 1) or die $!;
					socket(my $socket, AF_INET, SOCK_STREAM, 0) or die $!;
					connect($socket, getsockname $listener) or die $!;
					accept(my $peer, $listener) or die $!;
					1 while defined send($socket, 'x' x 65536, 0x40);
					setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 3600)) or die $!;
					if (!fork) {
						# the peer outlives this program
						close $_ for $own, $its, $socket, $listener;
						print $$, qq(\n);
						open(STDOUT, '>', '/dev/null');
						sleep 3600;
						exit;
					}
					descriptor($socket, 0);
					close $socket;
				}

				# struct cmsghdr with SCM_RIGHTS, struct iovec, struct msghdr
				sub descriptor {
					my ($sent, $flags) = @_;
					my $control = pack('QiiiI', 20, 1, 1, fileno $sent, 0);
					my $vector = pack('PQ', $ping, length $ping);
					my $message = pack('QLLPQPQiI', 0, 0, 0, $vector, 1, $control, length $control, 0, 0);
					syscall($sendmsg, fileno $own, $message, $flags) > 0 or die qq(sendmsg: $!);
				}
				""";

		private final Process process;

		private final BufferedReader out;

		private final long helper;

		private final long peer;

		Attacker(String attack) throws Exception {
			String sendmsg = System.getProperty("os.arch").equals("amd64") ? "46" : "211";
			String wrapper = demo.base().resolve("current/bin/attacks").toString();
			this.process = new ProcessBuilder(
					asUser(List.of("/usr/bin/perl", "-e", PROGRAM, attack, sendmsg, SUDO, "-n", wrapper)))
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
			this.out = this.process.inputReader(StandardCharsets.UTF_8);
			this.peer = attack.equals("linger") ? Long.parseLong(next()) : 0;
			this.helper = Long.parseLong(next());
			assertThat(Path.of("/proc/" + this.helper + "/cmdline")).content(StandardCharsets.ISO_8859_1)
				.contains("io.privsep.helper.Main");
		}

		private String next() throws IOException {
			return String.valueOf(this.out.readLine());
		}

		void end() throws Exception {
			this.process.getOutputStream().close();
			assertThat(this.process.waitFor()).isZero();
		}

		// where a worker of the helper waits, who has dropped the descriptor
		void awaitClosing() {
			Awaitility.await().atMost(END).until(() -> {
				try (Stream<Path> tasks = Files.list(Path.of("/proc/" + this.helper + "/task"))) {
					return tasks.anyMatch(Attacker::isClosing);
				}
			});
		}

		private static boolean isClosing(Path task) {
			try {
				return Files.readString(task.resolve("stack")).contains("sk_stream_wait_close");
			}
			catch (IOException ex) {
				// it has ended meanwhile
				return false;
			}
		}

		void endPeer() {
			ProcessHandle.of(this.peer).ifPresent(ProcessHandle::destroyForcibly);
		}

		void awaitEndOfHelper() throws Exception {
			long start = System.nanoTime();
			while (ProcStatus.isRunning(this.helper)) {
				assertThat(Duration.ofNanos(System.nanoTime() - start)).as("helper still runs").isLessThan(END);
				Thread.sleep(20);
			}
			System.out.println("measured: end of helper of sudo after an application that has sent it a descriptor: "
					+ Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
		}

		@Override
		public void close() throws IOException {
			this.process.destroyForcibly();
			if (this.peer != 0) {
				endPeer();
			}
			ProcessHandle.of(this.helper).ifPresent(ProcessHandle::destroyForcibly);
		}

	}

}
