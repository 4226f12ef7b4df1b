package io.privsep.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.PrivsepRemoteException;
import io.privsep.PrivsepTimeoutException;
import io.privsep.linux.CFunction;
import io.privsep.linux.CType;
import io.privsep.linux.Posix;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a sandboxed helper cannot do, each tried from inside.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AbstractSandboxIntegrationTests {

	private static final CFunction SOCKET = new CFunction("socket", CType.INT, CType.INT, CType.INT, CType.INT);

	private static final CFunction BIND = new CFunction("bind", CType.INT, CType.INT, CType.POINTER, CType.INT);

	private static final CFunction LISTEN = new CFunction("listen", CType.INT, CType.INT, CType.INT);

	private static final int EPERM = 1;

	private static final int ESRCH = 3;

	private static final int ENOMEM = 12;

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	private Path read;

	private Path write;

	private Path secret;

	private SandboxedApplication application;

	abstract List<String> before();

	abstract int owner();

	/**
	 * Further properties.
	 * @return the properties, each with a slash before it
	 */
	List<String> properties() {
		return List.of();
	}

	@BeforeAll
	void start() throws IOException {
		this.read = code.createDirectory("rwxr-xr-x", 0);
		this.write = code.createDirectory("rwxrwxrwx", owner());
		this.secret = code.createFile("a secret", "rw-------", owner());
		// whatever its mode, it cannot be written
		Files.writeString(this.read.resolve("document"), "a document");
		Files.setPosixFilePermissions(this.read.resolve("document"), PosixFilePermissions.fromString("rw-rw-rw-"));
		Files.createSymbolicLink(this.read.resolve("link"), this.secret);
		List<String> properties = new ArrayList<>(properties());
		properties.addAll(List.of("sandbox.read=" + this.read, "sandbox.write=" + this.write, "sandbox.tmp-size=8MB",
				"queue-timeout=60s", "cancel-grace=100ms"));
		this.application = new SandboxedApplication(code, before(), properties.toArray(String[]::new));
		// loads the library from its temporary directory
		assertThat(attempt("connectAbstract", "x")).isInstanceOf(Integer.class);
	}

	@AfterAll
	void end() throws IOException {
		if (this.application != null) {
			this.application.close();
		}
	}

	private Object attempt(String function, Object... arguments) throws IOException {
		return this.application.attempt(function, arguments);
	}

	private void assertStillServes() throws IOException {
		assertThat(attempt("count")).as(() -> this.application.output()).isInstanceOf(Integer.class);
	}

	@Test
	void doesItsWork() throws IOException {
		assertThat(attempt("work")).isEqualTo(Map.of("garbage", 2000, "digest", 32));
		assertThat(attempt("read", this.read.resolve("document").toString())).isEqualTo("a document");
		assertThat(attempt("write", this.write.resolve("result").toString(), 100_000L)).isEqualTo(100_000L);
		assertThat(this.write.resolve("result")).hasSize(100_000);
		assertThat(attempt("write", "/tmp/result", 100_000L)).isEqualTo(100_000L);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/etc/passwd", "/etc/hostname", "/root", "/home", "/var/log", "/run", "/sys", "/bin/sh",
			"/usr/bin/env", "/proc/1/root/etc/passwd", "/tmp/../etc/passwd" })
	void cannotReadTheHost(String path) throws IOException {
		assertThat(attempt("read", path)).isInstanceOf(NoSuchFileException.class);
	}

	@Test
	void seesNothingButWhatItNeeds() throws IOException {
		assertThat(attempt("list", "/")).isEqualTo(new TreeSet<>(needed()).toString());
		assertThat(attempt("list", "/tmp")).asString().doesNotContain("privsep");
		assertThat(attempt("list", "/dev")).isEqualTo("[/dev/null, /dev/random, /dev/urandom]");
		assertThat(attempt("list", "/var/lib")).asString().matches("\\[/var/lib/privsep-it-[^,]*]");
		assertThat(attempt("list", "/usr")).isEqualTo("[/usr/lib]");
		assertThat(attempt("list", Path.of(System.getProperty("java.home"), "bin").toRealPath().toString())).asString()
			.endsWith("/bin/java]");
		assertThat(attempt("list", "/lib")).asString().matches("\\[(/lib/(ld-[^,\\]]+|[a-z0-9_]+-linux-gnu)(, )?)+]");
	}

	// Directories right below the root: also of what links of the JVM lead to, such as
	// /etc/java-17-openjdk.
	private Set<String> needed() throws IOException {
		Path home = Path.of(System.getProperty("java.home")).toRealPath();
		Set<Path> paths = new HashSet<>(code.classPath());
		paths.addAll(List.of(this.read, this.write, home, Path.of("/dev"), Path.of("/proc"), Path.of("/tmp")));
		Stream.of("/lib", "/lib64", "/usr/lib").map(Path::of).filter(Files::exists).forEach(paths::add);
		for (String part : List.of("lib", "conf")) {
			try (Stream<Path> files = Files.walk(home.resolve(part))) {
				for (Path link : files.filter(Files::isSymbolicLink).filter(Files::exists).toList()) {
					paths.add(link.resolveSibling(Files.readSymbolicLink(link)));
				}
			}
		}
		return paths.stream().map((path) -> "/" + path.getName(0)).collect(Collectors.toSet());
	}

	@Test
	void cannotReadTheApplicationsFiles() throws IOException {
		assertThat(attempt("read", this.secret.toString())).isInstanceOf(NoSuchFileException.class);
	}

	@Test
	void aLinkIsNoWayOut() throws IOException {
		assertThat(attempt("read", this.read.resolve("link").toString())).isInstanceOf(NoSuchFileException.class);
		String own = this.write.resolve("own-" + UUID.randomUUID()).toString();
		assertThat(attempt("link", own, this.secret.toString())).isEqualTo(own);
		assertThat(attempt("read", own)).isInstanceOf(NoSuchFileException.class);
		assertThat(attempt("read", this.write.resolve("../" + this.secret.getFileName()).toString()))
			.isInstanceOf(NoSuchFileException.class);
	}

	@Test
	void cannotReadTheApplicationsEnvironment() throws IOException {
		assertThat(attempt("environment")).isEqualTo("[HOME, LANG, MALLOC_ARENA_MAX, PATH, PWD] /");
		assertThat(attempt("read", "/proc/" + this.application.process().pid() + "/environ"))
			.isInstanceOf(NoSuchFileException.class);
		assertThat(attempt("read", "/proc/1/environ")).asString().doesNotContain("SECRET");
	}

	@Test
	void hasTheZoneOfTheApplication() throws IOException {
		assertThat(attempt("zone")).isEqualTo("Asia/Tokyo");
	}

	@Test
	void seesNoOtherProcess() throws IOException {
		assertThat(attempt("processes")).isEqualTo("[1]");
	}

	@Test
	void cannotConnectToTheHostByTcp() throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			assertThat(new SandboxAttempts().connect(server.getLocalPort())).contains("127.0.0.1");
			assertThat(attempt("connect", server.getLocalPort())).isInstanceOf(IOException.class);
		}
	}

	// A read-only directory does not keep anyone from connecting to a socket in it.
	@Test
	void cannotConnectToAUnixSocketInADirectoryThatItReads() throws IOException {
		Path socket = this.read.resolve("socket");
		try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			server.bind(UnixDomainSocketAddress.of(socket));
			Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
			assertThat(new SandboxAttempts().connectUnix(socket.toString())).isEqualTo("connected");
			assertThat(attempt("connectUnix", socket.toString())).isInstanceOf(Exception.class)
				.isNotInstanceOf(NoSuchFileException.class);
		}
		finally {
			Files.delete(socket);
		}
	}

	@Test
	void cannotConnectToAnAbstractSocket() throws IOException {
		String name = "privsep-it-" + UUID.randomUUID();
		int socket = SOCKET.check(1, 1, 0);
		try {
			byte[] address = new byte[3 + name.length()];
			address[0] = 1;
			System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, address, 3, name.length());
			BIND.check(socket, address, address.length);
			LISTEN.check(socket, 5);
			assertThat(new SandboxAttempts().connectAbstract(name)).isZero();
			assertThat((Integer) attempt("connectAbstract", name)).isNegative();
		}
		finally {
			Posix.close(socket);
		}
	}

	@Test
	void cannotStartAProgram() throws IOException {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toRealPath().toString();
		for (String program : List.of("/bin/true", "/usr/bin/id", java)) {
			assertThat(attempt("exec", program)).isInstanceOf(IOException.class)
				.asString()
				.contains("Cannot run program");
		}
	}

	/**
	 * System calls that are as good as a way out.
	 */
	@ParameterizedTest(name = "{0}")
	@CsvSource(textBlock = """
			execve,       59, 221, JAVA,       ''
			fork,         57, -,   '',         ''
			vfork,        58, -,   '',         ''
			clone,        56, 220, 17,         0
			ptrace,      101, 117, 16,         1
			mount,       165,  40, tmpfs,      /tmp
			umount2,     166,  39, /proc,      2
			pivot_root,  155,  41, /tmp,       /tmp
			chroot,      161,  51, /tmp,       ''
			unshare,     272,  97, 268435456,  ''
			setns,       308, 268, 0,          0
			bpf,         321, 280, 0,          0
			keyctl,      250, 219, 0,          0
			add_key,     248, 217, user,       x
			request_key, 249, 218, user,       x
			setxattr,    188,   5, /tmp,       user.x
			lsetxattr,   189,   6, /tmp,       user.x
			fsetxattr,   190,   7, -1,         user.x
			setxattrat,  463, 463, -100,       /tmp
			F_SETLEASE,   72,  25, 0,          1024
			io_setup,    206,   0, 1,          0
			syncfs,      306, 267, 0,          0
			sendmsg,      46, 211, 0,          0
			sendmmsg,    307, 269, 0,          0
			""")
	void cannotCall(String name, long x86, String arm, String first, String second) throws IOException {
		boolean isX86 = System.getProperty("os.arch").equals("amd64");
		if (isX86 || !arm.equals("-")) {
			long number = isX86 ? x86 : Long.parseLong(arm);
			String java = Path.of(System.getProperty("java.home"), "bin", "java").toRealPath().toString();
			List<String> arguments = List.of(first.equals("JAVA") ? java : first.isEmpty() ? "0" : first,
					second.isEmpty() ? "0" : second, "0", "0");
			assertThat(attempt("systemCall", number, arguments)).as(name).isEqualTo((long) -EPERM);
			assertStillServes();
		}
	}

	// The JVM copies them where it can.
	@Test
	void copiesFileThatHasAttributes() throws IOException {
		Path document = Files.writeString(this.read.resolve("attributed"), "a document");
		Files.getFileAttributeView(document, UserDefinedFileAttributeView.class)
			.write("x", StandardCharsets.US_ASCII.encode("of the document"));
		assertThat(attempt("copy", document.toString(), "/tmp/copy-" + UUID.randomUUID())).isEqualTo(10L);
	}

	@ParameterizedTest
	@CsvSource({ "2, 3, 1", "17, 3, 0", "16, 3, 0" })
	void cannotOpenARawSocket(String family, String type, String protocol) throws IOException {
		boolean isX86 = System.getProperty("os.arch").equals("amd64");
		assertThat((Long) attempt("systemCall", isX86 ? 41L : 198L, List.of(family, type, protocol))).isNegative();
	}

	@Test
	void cannotSignalAProcessOutside() throws IOException {
		boolean isX86 = System.getProperty("os.arch").equals("amd64");
		String outside = Long.toString(this.application.process().pid());
		assertThat(attempt("systemCall", isX86 ? 62L : 129L, List.of(outside, "0"))).isEqualTo((long) -ESRCH);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/x", "/dev/x", "/dev/shm", "/proc/sys/kernel/hostname", "/usr/lib/x", "/etc/x" })
	void cannotWriteOutsideOfItsPaths(String path) throws IOException {
		assertThat(attempt("write", path, 1L)).isInstanceOf(IOException.class);
		assertThat(Path.of(path)).satisfiesAnyOf((each) -> assertThat(each).doesNotExist(),
				(each) -> assertThat(path).matches("/proc.*|/dev/shm"));
	}

	// Opened, not written: they are the host's.
	@Test
	void cannotWriteSettingsOfTheKernel() throws IOException {
		// which everybody may open, where the kernel has it
		String open = "/proc/sys/kernel/ns_last_pid";
		assertThat(attempt("openSettings")).asInstanceOf(InstanceOfAssertFactories.map(String.class, Integer.class))
			.hasEntrySatisfying("tried", (tried) -> assertThat(tried).isGreaterThan(300))
			.satisfies((opened) -> assertThat(opened.keySet()).isSubsetOf("tried", open));
		assertThat(attempt("write", open, 1L)).isInstanceOf(IOException.class)
			.asString()
			.containsAnyOf("Operation not permitted", "No such file");
	}

	// One that others could run as its owner.
	@Test
	void cannotMakeAFileThatRunsAsItsOwner() throws IOException {
		boolean isX86 = System.getProperty("os.arch").equals("amd64");
		Path file = this.write.resolve("program");
		assertThat(attempt("write", file.toString(), 1L)).isEqualTo(1L);
		// fchmodat, AT_FDCWD, 04755
		long number = isX86 ? 268 : 53;
		assertThat(attempt("systemCall", number, List.of("-100", file.toString(), "2541"))).isEqualTo((long) -EPERM);
		assertThat(attempt("systemCall", number, List.of("-100", file.toString(), "493"))).isEqualTo(0L);
		assertThat((int) Files.getAttribute(file, "unix:mode") & 07777).isEqualTo(0755);
	}

	@Test
	void cannotTakeBackThatItEndsWithTheApplication() throws IOException {
		boolean isX86 = System.getProperty("os.arch").equals("amd64");
		// prctl, PR_SET_PDEATHSIG
		assertThat(attempt("systemCall", isX86 ? 157L : 167L, List.of("1", "0"))).isEqualTo((long) -EPERM);
	}

	@Test
	void cannotWriteWhereItMayRead() throws IOException {
		for (Path path : List.of(this.read.resolve("new"), this.read.resolve("document"),
				code.classPath().get(0).resolve("x"))) {
			assertThat(attempt("write", path.toString(), 1L)).isInstanceOf(IOException.class)
				.asString()
				.contains("Read-only file system");
		}
	}

	@Test
	void cannotFillMoreThanItsTemporaryDirectory() throws IOException {
		Object answer = attempt("write", "/tmp/large", 1L << 24);
		assertThat(attempt("delete", "/tmp/large")).isEqualTo(true);
		assertThat(answer).asString().contains("No space left on device after ");
		assertThat(number(answer)).isBetween(1 << 20, 8 << 20);
		assertStillServes();
	}

	@Test
	void cannotWriteALargerFileThanItMay() throws IOException {
		Path large = this.write.resolve("large");
		assertThat(attempt("write", large.toString(), 1L << 26)).asString().contains("File too large after 16777216");
		assertThat(large).hasSize(16 << 20);
		assertStillServes();
	}

	@Test
	void runsOutOfDescriptorsAlone() throws IOException {
		Object answer = attempt("descriptors");
		assertThat(answer).asString().contains("Too many open files");
		assertThat(number(answer)).isBetween(50, 256);
		assertStillServes();
	}

	@Test
	void runsOutOfThreadsAlone() throws IOException {
		Object answer = attempt("threads", 5000);
		assertThat(answer).isInstanceOfAny(IllegalStateException.class, PrivsepConnectionLostException.class);
		if (answer instanceof IllegalStateException) {
			// 256, and one for each of the two calls that may run
			assertThat(number(answer)).isBetween(200, 258);
		}
		assertStillServes();
	}

	@Test
	void runsOutOfHeapAlone() throws IOException {
		assertThat(attempt("heap")).isInstanceOf(PrivsepConnectionLostException.class)
			.asString()
			.contains("the helper ended during 'SandboxAttempts.heap'");
		assertStillServes();
		// the JVM's own end, and not one for want of native memory
		Awaitility.await()
			.atMost(2, TimeUnit.MINUTES)
			.until(() -> this.application.output().contains("helper ended (exit code 3)"));
	}

	@Test
	void runsOutOfDirectMemoryAlone() throws IOException {
		assertThat(attempt("directBuffers"))
			.isInstanceOfAny(PrivsepRemoteException.class, PrivsepConnectionLostException.class)
			.asString()
			.containsAnyOf("OutOfMemoryError", "the helper ended during 'SandboxAttempts.directBuffers'");
		assertStillServes();
	}

	@Test
	void runsOutOfNativeMemoryAlone() throws IOException {
		assertThat(attempt("nativeMemory")).isInstanceOf(Exception.class)
			.asString()
			.containsAnyOf("no memory after", "the helper ended during 'SandboxAttempts.nativeMemory'");
		assertStillServes();
	}

	@Test
	void cannotTakeMemoryThatNoLimitCounts() throws IOException {
		assertThat(attempt("sharedMemory")).isInstanceOf(IllegalStateException.class);
		boolean isX86 = System.getProperty("os.arch").equals("amd64");
		long mmap = isX86 ? 9 : 222;
		// MAP_GROWSDOWN; and more addresses than a JVM needs
		assertThat(attempt("systemCall", mmap, List.of("0", "1048576", "3", "290", "-1"))).isEqualTo((long) -EPERM);
		assertThat(attempt("systemCall", mmap, List.of("0", "4294967296", "1", "34", "-1"))).isEqualTo((long) -ENOMEM);
		// memfd_create, shmget
		assertThat((Long) attempt("systemCall", isX86 ? 319L : 279L, List.of("x", "0"))).isNegative();
		assertThat((Long) attempt("systemCall", isX86 ? 29L : 194L, List.of("0", "1048576", "512"))).isNegative();
		assertStillServes();
	}

	@Test
	void aLoopCostsItsHelperAlone() throws IOException {
		assertThat(attempt("loopForTooLong")).isInstanceOf(PrivsepTimeoutException.class);
		assertStillServes();
	}

	@Test
	void hasNoRights() throws IOException {
		assertThat(attempt("status")).asString()
			.containsPattern("CapEff:\\s0000000000000000\n")
			.containsPattern("CapBnd:\\s0000000000000000\n")
			.containsPattern("CapInh:\\s0000000000000000\n")
			.containsPattern("CapPrm:\\s0000000000000000\n")
			.containsPattern("CapAmb:\\s0000000000000000\n")
			.containsPattern("NoNewPrivs:\\s1\n")
			.containsPattern("Seccomp:\\s2\n")
			.containsPattern("NSpid:\\s1\n");
	}

	private static int number(Object answer) {
		Matcher matcher = Pattern.compile("after (\\d+)").matcher(answer.toString());
		assertThat(matcher.find()).as(answer.toString()).isTrue();
		return Integer.parseInt(matcher.group(1));
	}

}
