package io.privsep.helper.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.privsep.definition.Sandbox;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SandboxCheck}.
 */
class SandboxCheckTests {

	private static final List<Path> CODE = List.of(Path.of("/opt/app.jar"), Path.of("/opt/jdk"));

	private static final String ROOT = "65 42 0:40 /newroot / ro,nosuid,nodev,relatime - tmpfs tmpfs rw";

	@Test
	void mountProblemsWhenAllIsAsItShouldBeAreNone() {
		assertThat(problems(sandbox(false, List.of("/srv"), List.of("/srv/out", "/in out")), ROOT, mount("/proc", "rw"),
				mount("/proc/sys", "ro"), mount("/tmp", "rw"), mount("/dev/null", "rw"), mount("/opt/jdk/lib", "ro"),
				mount("/lib64", "ro"), mount("/usr/lib/x86_64-linux-gnu", "ro"), mount("/srv", "ro"),
				mount("/srv/disk", "ro"), mount("/srv/out", "rw"), mount("/srv/out/disk", "rw"),
				mount("/in\\040out", "rw")))
			.isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			/         | rw | '/', which it could write to
			/srv      | rw | '/srv', which it could write to
			/srv/disk | rw | '/srv/disk', which it could write to
			/opt      | ro | '/opt', which is not its own
			/etc      | ro | '/etc', which is not its own
			/dev/zero | rw | '/dev/zero', which it could write to
			/dev      | ro | '/dev', which is not its own
			/opt/jdk  | rw | '/opt/jdk', which it could write to
			/lib64    | rw | '/lib64', which it could write to
			/usr      | ro | '/usr', which is not its own
			/usr/lib2 | ro | '/usr/lib2', which is not its own
			""")
	void mountProblemsWhenThereIsMoreTell(String point, String options, String problem) {
		assertThat(problems(sandbox(false, List.of("/srv"), List.of("/srv/out")), ROOT, mount(point, options)))
			.containsExactly(problem);
	}

	@Test
	void mountProblemsWhenAPathToReadIsBelowOneToWriteTakeTheMoreExact() {
		assertThat(problems(sandbox(false, List.of("/out/keep"), List.of("/out")), mount("/out/keep", "rw")))
			.containsExactly("'/out/keep', which it could write to");
	}

	@Test
	void namespaceProblemsWhenAllAreItsOwnAreNone() {
		assertThat(SandboxCheck.namespaceProblems(sandbox(false, List.of(), List.of()), List.of("net:[2]", "user:[3]"),
				"user:[1],net:[1],"))
			.isEmpty();
	}

	@Test
	void namespaceProblemsWhenOneIsSharedTell() {
		assertThat(SandboxCheck.namespaceProblems(sandbox(false, List.of(), List.of()), List.of("net:[2]", "user:[3]"),
				"user:[3],net:[2]"))
			.containsExactly("the namespace net:[2] of the process that started it, expected its own",
					"the namespace user:[3] of the process that started it, expected its own");
	}

	@Test
	void namespaceProblemsWhenNetworkIsTheHostsAllowThat() {
		assertThat(SandboxCheck.namespaceProblems(sandbox(true, List.of(), List.of()), List.of("net:[2]", "user:[3]"),
				"user:[3],net:[2]"))
			.containsExactly("the namespace user:[3] of the process that started it, expected its own");
	}

	@Test
	void namespaceProblemsWhenNotToldTell() {
		assertThat(SandboxCheck.namespaceProblems(sandbox(false, List.of(), List.of()), List.of("net:[2]"), ""))
			.containsExactly("not received the namespace 'net' of the process that started it");
	}

	@Test
	void networkProblemsWhenThereIsOnlyLoopbackAreNone() {
		assertThat(SandboxCheck.networkProblems(List.of("Inter-|   Receive", " face |bytes", "    lo:       0       0"),
				List.of("Iface\tDestination"),
				List.of("00000000000000000000000000000001 80 000 00 000 00 0 1 1 80200001       lo")))
			.isEmpty();
	}

	@Test
	void networkProblemsWhenThereIsAnInterfaceOrARouteTell() {
		assertThat(SandboxCheck.networkProblems(List.of("Inter-|   Receive", " face |bytes", "    lo: 0", "  eth0: 0"),
				List.of("Iface\tDestination", "eth1\t0"), List.of("0 eth2")))
			.containsExactly("the network interfaces [eth0, eth1, eth2], expected none but loopback");
	}

	private static List<String> problems(Sandbox sandbox, String... mounts) {
		return new ArrayList<>(SandboxCheck.mountProblems(sandbox, List.of(mounts), CODE));
	}

	private static String mount(String point, String options) {
		return "66 65 254:0 /x " + point + " " + options + ",nosuid,nodev,relatime - ext4 /dev/vda rw";
	}

	private static Sandbox sandbox(boolean hostNetwork, List<String> read, List<String> write) {
		return new Sandbox(hostNetwork, read, write, 1, false, 1, 1, 1);
	}

}
