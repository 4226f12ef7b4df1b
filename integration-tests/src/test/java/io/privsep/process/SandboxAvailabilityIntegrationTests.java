package io.privsep.process;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an operator reads where a system gives no sandbox; and that the application does
 * not start without it.
 */
@Tag("once")
class SandboxAvailabilityIntegrationTests {

	/** With the capabilities that Docker gives. */
	private static final List<String> ROOT_OF_A_CONTAINER = List.of("/usr/bin/setpriv",
			"--bounding-set=-all,+chown,+dac_override,+fsetid,+fowner,+mknod,+net_raw,+setgid,+setuid,+setfcap,+setpcap,"
					+ "+net_bind_service,+sys_chroot,+kill,+audit_write",
			"--inh-caps=-all");

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	@Test
	void bubblewrapIsMissing() throws Exception {
		assertThat(start(inMountNamespace("mount --bind /dev/null /usr/bin/bwrap"), SandboxedApplication.asUser()))
			.contains(
					"The programs [bwrap] are needed to start a helper, and are not in /usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin.")
			.contains("Install them; on Debian: apt-get install bubblewrap.");
	}

	@Test
	void bubblewrapIsTooOld() throws Exception {
		String old = code.createFile("#!/bin/sh\necho bubblewrap 0.6.1\n", "rwxr-xr-x", 0).toString();
		assertThat(start(inMountNamespace("mount --bind " + old + " /usr/bin/bwrap"), SandboxedApplication.asUser()))
			.contains("bubblewrap 0.6 is too old, it takes 0.7.")
			.contains("Install a newer bubblewrap");
	}

	@Test
	void userNamespacesAreForbidden() throws Exception {
		// which is a setting of each user namespace, this one's as well
		List<String> without = new ArrayList<>(SandboxedApplication.asUser());
		without.addAll(List.of("/usr/bin/unshare", "--user", "--map-current-user", "--keep-caps", "/bin/sh", "-c",
				"echo 0 > /proc/sys/user/max_user_namespaces && exec \"$@\"", "sh"));
		assertThat(start(List.of(), without))
			.contains("Cannot create a sandbox for user " + SandboxedApplication.USER + ": ")
			.contains("/proc/sys/user/max_user_namespaces is 0")
			.contains("'sysctl -w user.max_user_namespaces=10000'")
			.contains("No helper is started without its sandbox instead.");
	}

	@Test
	void partsOfProcAreCovered() throws Exception {
		assertThat(start(inMountNamespace("mount -t tmpfs none /proc/irq"), SandboxedApplication.asUser()))
			.contains("Cannot create a sandbox for user " + SandboxedApplication.USER
					+ ": Can't mount proc on /newroot/proc: Operation not permitted.")
			.contains("Parts of /proc are covered here, as in a container")
			.contains("'--security-opt systempaths=unconfined'");
	}

	@Test
	void rootHasNoneEither() throws Exception {
		assertThat(start(inMountNamespace("mount -t tmpfs none /proc/irq"), List.of()))
			.contains("Parts of /proc are covered here, as in a container");
	}

	@Test
	void rootOfAContainerHasSandboxes() throws Exception {
		try (SandboxedApplication application = new SandboxedApplication(code, ROOT_OF_A_CONTAINER)) {
			assertThat(application.attempt("size", "/etc/hostname")).isInstanceOf(NoSuchFileException.class);
		}
	}

	@Test
	void rootOfAContainerWithoutRootHasSandboxes() throws Exception {
		List<String> before = List.of("/bin/sh", "-c", """
				unshare --user /bin/sh -c 'until grep -q . /proc/self/gid_map; do sleep 0.1; done; exec "$@"' sh "$@" &
				until echo 0 0 65536 > /proc/$!/uid_map; do sleep 0.1; done 2> /dev/null
				echo 0 0 65536 > /proc/$!/gid_map
				trap "kill $!" TERM
				wait""", "sh");
		try (SandboxedApplication application = new SandboxedApplication(code, before)) {
			assertThat(application.attempt("size", "/etc/hostname")).isInstanceOf(NoSuchFileException.class);
		}
	}

	// Only root can bring it to where the helper's user can reach it.
	@Test
	void codeMayLieWhereOnlyRootCanEnter() throws Exception {
		Path directory = Objects.requireNonNull(code.classPath().get(0).getParent());
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
		try {
			try (SandboxedApplication application = new SandboxedApplication(code, List.of())) {
				assertThat(application.attempt("size", "/etc/hostname")).isInstanceOf(NoSuchFileException.class);
			}
			assertThat(start(ROOT_OF_A_CONTAINER, List.of()))
				.contains("The sandboxed helper's user cannot reach the code")
				.contains("Creating new namespace failed: Operation not permitted")
				.contains("Run the application, and its JVM, from directories that everyone may enter and read");
		}
		finally {
			Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		}
	}

	private static List<String> inMountNamespace(String command) {
		return List.of("/usr/bin/unshare", "--mount", "/bin/sh", "-c", command + " && exec \"$@\"", "sh");
	}

	private static String start(List<String> outer, List<String> inner) throws Exception {
		List<String> before = new ArrayList<>(outer);
		before.addAll(inner);
		Process process = SandboxedApplication.start(code, before);
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

}
