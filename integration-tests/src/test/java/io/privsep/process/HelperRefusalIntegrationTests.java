package io.privsep.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.command.Chain;
import io.privsep.command.Stage;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Limits;
import io.privsep.definition.Limits.Limit;
import io.privsep.definition.Limits.Resource;
import io.privsep.launch.DirectLauncher;
import io.privsep.linux.CFunction;
import io.privsep.linux.CType;
import io.privsep.linux.Posix;
import io.privsep.linux.SocketPair;
import io.privsep.rights.Capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A helper that was not started in exactly the way that it has to be does not serve.
 */
class HelperRefusalIntegrationTests {

	private static final int USER = 61211;

	private static final int OTHER_USER = 61212;

	private static final int CONFIG = 78;

	private static final Rights RIGHTS = RealHelper.rights(USER, Capability.CHOWN);

	private static final int AF_UNIX = 1;

	private static final int AF_INET = 2;

	private static final int SOCK_STREAM = 1;

	private static final int SOCK_DGRAM = 2;

	private static final int SOCK_SEQPACKET = 5;

	private static final CType INT = CType.INT;

	private static final CFunction SOCKET = new CFunction("socket", INT, INT, INT, INT);

	private static final CFunction SOCKETPAIR = new CFunction("socketpair", INT, INT, INT, INT, CType.POINTER);

	private static final CFunction CONNECT = new CFunction("connect", INT, INT, CType.POINTER, INT);

	private static final CFunction SETEUID = new CFunction("seteuid", INT, INT);

	private static final CFunction PRCTL = new CFunction("prctl", INT, INT, CType.POINTER, CType.POINTER, CType.POINTER,
			CType.POINTER);

	private static final int PR_SET_MEMORY_MERGE = 67;

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	static Stream<Arguments> variants() {
		return Stream.of(variant("without bounding set", without("--bounding-set="), "(bounding), expected [chown]"),
				// none is ambient that is not inheritable; some versions of setpriv fail
				// if asked for it
				variant("without inheritable", without("--inh-caps=").andThen(without("--ambient-caps=")),
						"(inheritable), expected [chown]"),
				variant("without ambient", without("--ambient-caps="), "(ambient), expected [chown]"),
				variant("without no_new_privs", without("--no-new-privs"), "no_new_privs 0, expected 1"),
				// none is inheritable that is not in the bounding set
				variant("inheritable too large",
						replace("--inh-caps=-all,+chown", "--inh-caps=-all,+chown,+kill")
							.andThen(replace("--bounding-set=-all,+chown", "--bounding-set=-all,+chown,+kill")),
						"capabilities [chown, kill] (inheritable), expected [chown]"),
				variant("bounding set too large",
						replace("--bounding-set=-all,+chown", "--bounding-set=-all,+chown,+kill"),
						"capabilities [chown, kill] (bounding), expected [chown]"),
				variant("another user", rights(new Rights(OTHER_USER, USER, List.of(), RIGHTS.capabilities())),
						"user ids (real"),
				variant("root", rights(new Rights(0, USER, List.of(), RIGHTS.capabilities())), "user ids (real"),
				variant("another group", rights(new Rights(USER, OTHER_USER, List.of(), RIGHTS.capabilities())),
						"group ids (real"),
				variant("one group more", rights(new Rights(USER, USER, List.of(OTHER_USER), RIGHTS.capabilities())),
						"groups [" + OTHER_USER + "], expected []"),
				variant("with another umask", inScript("umask 077", "umask 022"), "umask 0022, expected 0077"),
				variant("with more timer slack", inScript("echo 50000", "echo 20000000"),
						"timer slack 20000000 ns, expected at most 50000"),
				variant("with another personality", (words) -> {
					List<String> changed = new ArrayList<>(List.of("setarch", "--uname-2.6"));
					changed.addAll(words);
					return changed;
				}, "personality 00020000, expected 00000000"),
				variant("with core files", limit(Resource.CORE, 1),
						"limits (soft, hard) of 'Max core file size' 1 1, expected 0 0"),
				variant("with a limit of file sizes", limit(Resource.FILE_SIZE, 100_000),
						"of 'Max file size' 100000 100000, expected unlimited unlimited"),
				variant("with a limit of processor time", limit(Resource.CPU_TIME, 1000),
						"of 'Max cpu time' 1000 1000, expected unlimited unlimited"),
				variant("with a limit of addresses", limit(Resource.ADDRESS_SPACE, 16_000_000_000L),
						"of 'Max address space' 16000000000 16000000000, expected unlimited unlimited"),
				variant("with a limit of data", limit(Resource.DATA, 8_000_000_000L),
						"of 'Max data size' 8000000000 8000000000, expected unlimited unlimited"),
				variant("with fewer open files", limit(Resource.OPEN_FILES, 1024),
						"of 'Max open files' 1024 1024, expected 4096 4096"),
				variant("with another variable", replace("LANG=C.UTF-8", "LD_PRELOAD="),
						"environment variables [LD_PRELOAD]"));
	}

	private static Function<List<String>, List<String>> rights(Rights rights) {
		return stage(new Stage.Credentials(rights));
	}

	private static Function<List<String>, List<String>> limit(Resource resource, long value) {
		return stage(new Stage.Limiting(new Limits(Limits.of(RIGHTS, RealHelper.UNCONFINED)
			.all()
			.stream()
			.map((limit) -> (limit.resource() == resource) ? new Limit(resource, value) : limit)
			.toList())));
	}

	// with another program of that kind
	private static Function<List<String>, List<String>> stage(Stage other) {
		return (words) -> {
			try {
				return new Chain(DirectLauncher.chain(code.java(), RIGHTS, RealHelper.UNCONFINED, Map.of(), 0)
					.stages()
					.stream()
					.map((stage) -> (stage.getClass() == other.getClass()) ? other : stage)
					.toList()).command();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		};
	}

	private static Function<List<String>, List<String>> inScript(String before, String after) {
		return (words) -> words.stream().map((word) -> word.replace(before, after)).toList();
	}

	private static Arguments variant(String name, Function<List<String>, List<String>> change, String sentence) {
		return Arguments.of(name, change, sentence);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("variants")
	void helperRefuses(String name, Function<List<String>, List<String>> change, String sentence) throws IOException {
		List<String> words = RealHelper.words(code, RIGHTS);
		List<String> changed = change.apply(words);
		assertThat(changed).as(name).isNotEqualTo(words);
		try (RealHelper helper = RealHelper.launch(changed, Path.of("/"), RealHelper.definition(RIGHTS, 0))) {
			assertRefuses(helper, sentence);
		}
	}

	@Test
	void helperRefusesMemoryThatIsMergedWithThatOfOthers() throws IOException {
		Path merging = Path.of("/proc/self/ksm_stat");
		assumeTrue(Files.exists(merging) && Files.readString(merging).contains("ksm_merge_any"),
				"SKIPPED: this kernel does not tell whether it merges memory");
		PRCTL.check(PR_SET_MEMORY_MERGE, 1, 0, 0, 0);
		try (RealHelper helper = RealHelper.launch(RealHelper.words(code, RIGHTS), Path.of("/"),
				RealHelper.definition(RIGHTS, 0))) {
			assertRefuses(helper, "memory that is merged with that of others, expected its own");
		}
		finally {
			PRCTL.check(PR_SET_MEMORY_MERGE, 0, 0, 0, 0);
		}
	}

	@Test
	void helperRefusesAnotherWorkingDirectory() throws IOException {
		try (RealHelper helper = RealHelper.launch(RealHelper.words(code, RIGHTS), Path.of("/usr"),
				RealHelper.definition(RIGHTS, 0))) {
			assertRefuses(helper, "working directory /usr, expected /");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "2147483648", "3000000000", "4294967294" })
	void helperComparesUsersBeyondTheNumbersWithASignExactly(String number) throws IOException {
		int uid = Integer.parseUnsignedInt(number);
		SocketPair pair = pairOf(uid);
		try (RealHelper helper = RealHelper.launch(RealHelper.words(code, RIGHTS), Path.of("/"), pair,
				RealHelper.definition(RIGHTS, uid))) {
			assertThat(helper.awaitReady()).isNotNull();
		}
		pair = pairOf(uid);
		try (RealHelper helper = RealHelper.launch(RealHelper.words(code, RIGHTS), Path.of("/"), pair,
				RealHelper.definition(RIGHTS, uid - 1))) {
			assertRefuses(helper, "the peer of the connection is user '" + number + "', expected uid "
					+ (Long.parseLong(number) - 1) + "; refusing to serve");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "2147483648", "4294967294" })
	void helperOfUserBeyondTheNumbersWithASignServes(String number) throws IOException {
		Rights rights = RealHelper.rights(Integer.parseUnsignedInt(number), Capability.CHOWN);
		try (RealHelper helper = RealHelper.start(code, rights)) {
			assertThat(ProcFiles.status(helper.pid()).get("Uid"))
				.isEqualTo(String.join(" ", number, number, number, number));
		}
	}

	// Only the effective id counts, and it can be taken back.
	private static SocketPair pairOf(int uid) throws IOException {
		SETEUID.check(uid);
		try {
			return SocketPair.open();
		}
		finally {
			SETEUID.check(0);
		}
	}

	@Test
	void helperRefusesPeerThatIsAnotherUser() throws IOException {
		SocketPair pair = pairOf(OTHER_USER);
		try (SocketChannel application = pair.application();
				RealHelper helper = RealHelper.launch(RealHelper.words(code, RIGHTS), Path.of("/"), pair,
						RealHelper.definition(RIGHTS, 0))) {
			assertThat(application.isConnected()).isTrue();
			assertRefuses(helper, "the peer of the connection is user '" + OTHER_USER + "', expected uid 0");
		}
	}

	@Test
	void helperRefusesRootWhereAnotherPeerIsConfigured() throws IOException {
		try (RealHelper helper = RealHelper.launch(RealHelper.words(code, RIGHTS), Path.of("/"),
				RealHelper.definition(RIGHTS, OTHER_USER))) {
			assertRefuses(helper, "the peer of the connection is user 'root', expected uid " + OTHER_USER);
		}
	}

	@Test
	void helperRefusesFile() throws IOException {
		Path file = code.createFile("x".repeat(100), "rw-r--r--", 0);
		assertRefusesInput(ProcessBuilder.Redirect.from(file.toFile()));
	}

	@Test
	void helperRefusesPipe() throws IOException {
		assertRefusesInput(ProcessBuilder.Redirect.PIPE);
	}

	@Test
	void helperRefusesDevNull() throws IOException {
		assertRefusesInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
	}

	@Test
	void helperRefusesTcpSocket() throws IOException {
		try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			int fd = SOCKET.check(AF_INET, SOCK_STREAM, 0);
			// struct sockaddr_in: the family in the order of the host, then port and
			// address
			byte[] address = ByteBuffer.allocate(16)
				.order(ByteOrder.nativeOrder())
				.putShort((short) AF_INET)
				.order(ByteOrder.BIG_ENDIAN)
				.putShort((short) listener.getLocalPort())
				.put(InetAddress.getLoopbackAddress().getAddress())
				.array();
			CONNECT.check(fd, address, address.length);
			assertRefusesDescriptors(fd);
		}
	}

	@Test
	void helperRefusesDatagramSocket() throws IOException {
		assertRefusesDescriptors(socketPair(SOCK_DGRAM));
	}

	@Test
	void helperRefusesSequencedPacketSocket() throws IOException {
		assertRefusesDescriptors(socketPair(SOCK_SEQPACKET));
	}

	@Test
	void helperRefusesUnixSocketThatIsNotConnected() throws IOException {
		assertRefusesDescriptors(SOCKET.check(AF_UNIX, SOCK_STREAM, 0));
	}

	private static int[] socketPair(int type) throws IOException {
		byte[] pair = new byte[2 * Integer.BYTES];
		SOCKETPAIR.check(AF_UNIX, type, 0, pair);
		IntBuffer descriptors = ByteBuffer.wrap(pair).order(ByteOrder.nativeOrder()).asIntBuffer();
		return new int[] { descriptors.get(0), descriptors.get(1) };
	}

	private static void assertRefusesDescriptors(int... descriptors) throws IOException {
		try (RealHelper helper = RealHelper.launchWith(RealHelper.words(code, RIGHTS), descriptors[0])) {
			assertRefusesInput(helper);
		}
		finally {
			for (int fd : descriptors) {
				Posix.close(fd);
			}
		}
	}

	private static void assertRefusesInput(ProcessBuilder.Redirect input) throws IOException {
		try (RealHelper helper = RealHelper.launchWith(RealHelper.words(code, RIGHTS), input)) {
			assertRefusesInput(helper);
		}
	}

	private static void assertRefusesInput(RealHelper helper) {
		assertThat(helper.awaitEnd())
			.isEqualTo(new RealHelper.End(CONFIG, "privsep: fd 0 is not a connected Unix stream socket"));
	}

	private static void assertRefuses(RealHelper helper, String sentence) {
		assertThat(helper.awaitReady()).as("READY").isNull();
		RealHelper.End end = helper.awaitEnd();
		assertThat(end.stderr()).contains(sentence).contains("refusing to serve");
		assertThat(end.exitCode()).isEqualTo(CONFIG);
	}

	private static Function<List<String>, List<String>> without(String start) {
		return (words) -> words.stream().filter((word) -> !word.startsWith(start)).toList();
	}

	private static Function<List<String>, List<String>> replace(String word, String replacement) {
		return (words) -> {
			List<String> changed = new ArrayList<>(words);
			changed.replaceAll((each) -> each.equals(word) ? replacement : each);
			return changed;
		};
	}

}
