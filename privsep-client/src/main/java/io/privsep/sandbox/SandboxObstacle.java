package io.privsep.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * What is in the way of sandboxes, and what is to be done about it.
 */
enum SandboxObstacle {

	/** No more user namespaces. */
	MAX_USER_NAMESPACES("""
			User namespaces are forbidden here: /proc/sys/user/max_user_namespaces is 0. Set it, as root:\
			 'sysctl -w user.max_user_namespaces=10000', and in a file below /etc/sysctl.d for good."""),

	/** Debian's switch. */
	UNPRIVILEGED_USERNS_CLONE("""
			User namespaces are forbidden to ordinary users here:\
			 /proc/sys/kernel/unprivileged_userns_clone is 0. Set it, as root:\
			 'sysctl -w kernel.unprivileged_userns_clone=1', and in a file below /etc/sysctl.d for good."""),

	/** Ubuntu since 24.04. */
	APPARMOR("""
			AppArmor lets only programs with a profile have user namespaces here\
			 (/proc/sys/kernel/apparmor_restrict_unprivileged_userns is 1, as in Ubuntu since 24.04). Give\
			 bubblewrap one, as root: a file '/etc/apparmor.d/bwrap' with the text of docs/sandbox.md, and\
			 'apparmor_parser -r /etc/apparmor.d/bwrap'."""),

	/** Docker, Podman, Kubernetes, systemd. */
	FILTER("""
			The application runs with a seccomp filter that forbids user namespaces, as in a container. Start\
			 it so that it allows them: with Docker or Podman '--security-opt seccomp=<profile>', a profile that allows\
			 unshare, clone, mount, umount2 and pivot_root, and '--security-opt apparmor=unconfined'; in Kubernetes with\
			 a 'seccompProfile' of type Localhost; in a unit of systemd without RestrictNamespaces=, and with '@mount'\
			 in SystemCallFilter= if there is one."""),

	/** The kernel gives no more of /proc than there is. */
	PROC("""
			Parts of /proc are covered here, as in a container. The kernel then mounts no /proc for a sandbox. Start\
			 the application where they are not: with Docker '--security-opt systempaths=unconfined', with Podman\
			 '--security-opt unmask=ALL', in Kubernetes with 'procMount: Unmasked', in a unit of systemd without\
			 ProtectKernelTunables=, ProtectKernelLogs= and ProtectProc=."""),

	/** An old bubblewrap. */
	OLD("Install a newer bubblewrap; Debian has one since 12, Ubuntu since 23.04."),

	/** None of these. */
	OTHER("""
			Try it in a shell, as that user: 'bwrap --unshare-all --ro-bind / / true'. A security module of the kernel\
			 may forbid user namespaces.""");

	private final String action;

	SandboxObstacle(String action) {
		this.action = action;
	}

	String action() {
		return this.action + " No helper is started without its sandbox instead.";
	}

	static SandboxObstacle find(String answer) {
		if (answer.contains("too old")) {
			return OLD;
		}
		if (answer.contains("Can't mount proc")) {
			return PROC;
		}
		Path system = Path.of("/proc/sys");
		String status = text(Path.of("/proc/self/status"));
		return find((name) -> text(system.resolve(name)), status != null && status.contains("\nSeccomp:\t2"));
	}

	static SandboxObstacle find(Function<String, @Nullable String> sysctl, boolean isFiltered) {
		if ("0".equals(sysctl.apply("user/max_user_namespaces"))) {
			return MAX_USER_NAMESPACES;
		}
		if ("0".equals(sysctl.apply("kernel/unprivileged_userns_clone"))) {
			return UNPRIVILEGED_USERNS_CLONE;
		}
		if ("1".equals(sysctl.apply("kernel/apparmor_restrict_unprivileged_userns"))) {
			return APPARMOR;
		}
		return isFiltered ? FILTER : OTHER;
	}

	private static @Nullable String text(Path file) {
		try {
			return Files.readString(file).strip();
		}
		catch (IOException ex) {
			return null;
		}
	}

}
