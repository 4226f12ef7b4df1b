package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.privsep.command.JavaCommand;
import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.launch.DirectLauncher;
import io.privsep.linux.Tools;
import io.privsep.rights.Capability;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A helper with a seccomp filter does its work, and nothing else.
 */
class SeccompIntegrationTests {

	private static final int USER = 61251;

	private static final int OTHER_USER = 61252;

	private static final int CONFIG = 78;

	private static final Rights RIGHTS = RealHelper.rights(USER, Capability.CHOWN);

	private static final int EPERM = -1;

	private static final int EINVAL = -22;

	private static final int ENOSYS = -38;

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	private static RealHelper helper;

	private static Path directory;

	@BeforeAll
	static void startHelper() throws IOException {
		directory = code.createDirectory("rwx------", USER);
		// for the native library of jffi
		helper = start(words("-Djava.io.tmpdir=" + directory));
		assertThat(helper.awaitReady()).isNotNull();
		assertThat(helper.call("echo", "x")).isEqualTo("x");
	}

	@AfterAll
	static void endHelper() throws IOException {
		if (helper != null) {
			helper.close();
		}
	}

	@Test
	void helperThatMayChownCannotStartPrograms() throws Exception {
		Path file = code.createFile("before", "rw-------", 0);
		assertThat(helper.call("chown", file.toString(), OTHER_USER)).isEqualTo(Attempts.DONE);
		assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(OTHER_USER);
		assertThat(helper.callForExceptionType("run", "id")).isEqualTo(IOException.class.getName());
	}

	@Test
	void callsThatAreGivenUpFailAlsoPastTheJvm() throws Exception {
		Map<String, Integer> calls = SystemCalls.denied();
		// would go on in two processes if it were not denied
		assertThat(calls.keySet().removeAll(List.of("fork", "vfork"))).isTrue();
		assertThat(calls).hasSizeGreaterThan(60)
			.containsKeys("execve", "ptrace", "unshare", "mount", "memfd_create", "keyctl", "add_key", "request_key");
		List<String> allowed = new ArrayList<>();
		for (Map.Entry<String, Integer> call : calls.entrySet()) {
			Object result = helper.call("systemCall", call.getValue(), new long[0]);
			if (!result.equals(EPERM)) {
				allowed.add(call.getKey() + ": " + result);
			}
		}
		assertThat(allowed).isEmpty();
		// those that anyone may make otherwise, as a whole
		assertThat(helper.call("systemCall", calls.get("unshare"), new long[] { 0 })).isEqualTo(EPERM);
	}

	@Test
	void callsAreGivenUpByTheirArguments() throws Exception {
		boolean x86 = System.getProperty("os.arch").equals("amd64");
		int clone = x86 ? 56 : 220;
		// otherwise invalid: CLONE_SIGHAND without CLONE_VM, as a process and as a thread
		assertThat(helper.call("systemCall", clone, new long[] { 0x800 })).isEqualTo(EPERM);
		assertThat(helper.call("systemCall", clone, new long[] { 0x10800 })).isEqualTo(EPERM);
		assertThat(helper.call("systemCall", clone, new long[] { 0x10c00 })).isEqualTo(EINVAL);
		assertThat(helper.call("systemCall", clone, new long[] { 0x10010800 })).isEqualTo(EPERM);
		// clone3
		assertThat(helper.call("systemCall", 435, new long[0])).isEqualTo(ENOSYS);
		// of length 0: MAP_PRIVATE or MAP_SHARED, and MAP_ANONYMOUS
		assertThat(helper.call("systemCall", x86 ? 9 : 222, new long[] { 0, 0, 0, 0x22 })).isEqualTo(EINVAL);
		assertThat(helper.call("systemCall", x86 ? 9 : 222, new long[] { 0, 0, 0, 0x21 })).isEqualTo(EPERM);
		// TIOCSTI, on no descriptor
		assertThat(helper.call("systemCall", x86 ? 16 : 29, new long[] { -1, 0x5412 })).isEqualTo(EPERM);
		if (x86) {
			// getpid of x32
			assertThat(helper.call("systemCall", 0x40000000 + 39, new long[0])).isEqualTo(ENOSYS);
		}
	}

	@Test
	void everyThreadHasTheFilterAlsoTwoHundredNewOnes() throws Exception {
		Map<?, ?> modes = (Map<?, ?>) Objects.requireNonNull(helper.call("seccompModes", 200));
		assertThat(modes).hasSize(1);
		assertThat((Integer) modes.get("2")).isGreaterThan(200);
		for (Map<String, String> status : ProcFiles.statusOfAllThreads(helper.pid())) {
			assertThat(status).containsEntry("Seccomp", "2").containsEntry("NoNewPrivs", "1");
		}
	}

	@Test
	void functionsDoTheirWork() throws Exception {
		Path own = code.createDirectory("rwx------", USER);
		assertThat(helper.call("work", own)).isEqualTo(List.of("compiled true", "collected 1024MB", "encrypted",
				"connected", "read and written", "found itself true"));
	}

	@Test
	void nothingIsLeftOfTheLibraryThatLoadedIt() throws Exception {
		try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
			assertThat(files.filter((file) -> file.getFileName().toString().startsWith("privsep-filter"))
				.filter(SeccompIntegrationTests::isHelpers)).isEmpty();
		}
	}

	@Test
	void helperWhoseTemporaryDirectoryRunsNothingRefuses() throws IOException {
		assertRefuses("mount -t tmpfs -o noexec,mode=1777 tmpfs /tmp",
				"mount that without the option noexec, for the helper at least");
	}

	@Test
	void helperWhoseTemporaryDirectoryCannotBeWrittenRefuses() throws IOException {
		assertRefuses("mount -t tmpfs -o mode=0755 tmpfs /tmp",
				"give the helper a directory '/tmp' that it can write, such as a tmpfs; refusing to serve");
	}

	@Test
	void helperWhoseTemporaryDirectoryIsEveryonesRefuses() throws IOException {
		assertRefuses("mount -t tmpfs -o mode=0777 tmpfs /tmp",
				"others could exchange files of this user in '/tmp' (user 0, mode 777); make it root's, with mode 1777");
	}

	private static void assertRefuses(String mount, String sentence) throws IOException {
		List<String> words = new ArrayList<>(
				List.of(Tools.find("unshare").toString(), "--mount", "/bin/sh", "-c", mount + " && exec \"$@\"", "sh"));
		words.addAll(words());
		try (RealHelper refusing = start(words)) {
			assertThat(refusing.awaitReady()).isNull();
			RealHelper.End end = refusing.awaitEnd();
			assertThat(end.stderr()).startsWith("Context 'attempts': the seccomp filter cannot be loaded: ")
				.contains(sentence)
				.hasLineCount(1);
			assertThat(end.exitCode()).isEqualTo(CONFIG);
		}
	}

	private static boolean isHelpers(Path file) {
		try {
			return Files.getAttribute(file, "unix:uid").equals(USER);
		}
		catch (IOException ex) {
			// it is gone
			return false;
		}
	}

	private static RealHelper start(List<String> words) throws IOException {
		return RealHelper.launch(words, Path.of("/"), RealHelper.definition(RIGHTS, new Confinement(4096, true, null)));
	}

	private static List<String> words(String... options) throws IOException {
		List<String> all = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
		all.addAll(List.of(options));
		JavaCommand plain = code.java();
		return DirectLauncher
			.chain(new JavaCommand(plain.java(), plain.classPath(), plain.executableJar(), plain.maxHeap(), all),
					RIGHTS, RealHelper.UNCONFINED, Map.of(), 0)
			.command();
	}

}
