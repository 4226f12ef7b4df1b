package io.privsep.helper.seccomp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.privsep.rights.Capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The list itself.
 */
class SystemCallTests {

	private static final Pattern NUMBER = Pattern.compile("#define __NR(?:3264)?_(\\w+)\\s+(\\d+)");

	/** Newer than the headers of Debian 12. */
	private static final Map<String, Integer> NEW = Map.of("memfd_secret", 447, "open_tree_attr", 467, "fchmodat2", 452,
			"setxattrat", 463);

	@Test
	void everyLineHasAReasonAndKnownExceptions() throws IOException {
		Set<String> known = Arrays.stream(Capability.values())
			.map(Capability::lowerCaseName)
			.collect(Collectors.toCollection(HashSet::new));
		known.addAll(List.of("exec", "no-sandbox", "network"));
		Set<String> lines = new HashSet<>();
		for (SystemCall call : SystemCall.all()) {
			assertThat(call.reason()).as(call.name()).matches("[A-Z].{10,}\\.");
			assertThat(known).as(call.name()).containsAll(call.unless());
			assertThat(lines.add(call.name() + " " + call.rule())).as(call.name() + " stands there once").isTrue();
		}
		assertThat(lines).hasSizeBetween(90, 120);
	}

	// The ways out of a process that are known: a line that gets lost must be missed.
	@Test
	void waysOutAreOnTheList() throws IOException {
		assertThat(SystemCall.all()).extracting(SystemCall::name)
			.contains("execve", "execveat", "fork", "vfork", "clone", "clone3", "unshare", "setns", "mount", "umount2",
					"pivot_root", "chroot", "open_tree", "open_tree_attr", "move_mount", "fsopen", "fsconfig",
					"fsmount", "fspick", "mount_setattr", "ptrace", "process_vm_readv", "process_vm_writev",
					"process_madvise", "pidfd_getfd", "kcmp", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup",
					"io_uring_enter", "io_uring_register", "add_key", "request_key", "keyctl", "fanotify_init",
					"personality", "modify_ldt", "kexec_load", "kexec_file_load", "reboot", "init_module",
					"finit_module", "delete_module", "swapon", "swapoff", "sethostname", "setdomainname", "iopl",
					"ioperm", "quotactl", "quotactl_fd", "acct", "syslog", "settimeofday", "clock_settime", "adjtimex",
					"clock_adjtime", "vhangup", "mknod", "mknodat", "open_by_handle_at", "name_to_handle_at", "mmap",
					"memfd_create", "memfd_secret", "shmget", "shmat", "semget", "msgget", "mq_open", "ioctl", "socket",
					"socketpair", "mbind", "set_mempolicy", "move_pages", "migrate_pages", "prctl", "close_range",
					"inotify_init", "inotify_init1", "setsockopt", "fcntl", "setxattr", "lsetxattr", "fsetxattr",
					"setxattrat", "sync", "syncfs", "chmod", "fchmod", "fchmodat", "fchmodat2", "creat", "open",
					"openat", "openat2", "mkdir", "mkdirat", "sendmsg", "sendmmsg");
	}

	@Test
	void numbersOfX86AreThoseOfLinux() throws IOException {
		compare(Architecture.X86_64, Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"));
	}

	@Test
	void numbersOfArmAreThoseOfLinux() throws IOException {
		compare(Architecture.AARCH64, Path.of("/usr/include/asm-generic/unistd.h"));
	}

	private static void compare(Architecture architecture, Path header) throws IOException {
		assumeTrue(Files.exists(header),
				() -> "SKIPPED: there is no '" + header + "' (Debian: apt-get install linux-libc-dev)");
		Map<String, Integer> numbers = new HashMap<>();
		Matcher matcher = NUMBER.matcher(Files.readString(header));
		while (matcher.find()) {
			numbers.put(matcher.group(1), Integer.parseInt(matcher.group(2)));
		}
		NEW.forEach(numbers::putIfAbsent);
		Map<String, Integer> listed = new HashMap<>();
		Map<String, Integer> expected = new HashMap<>();
		for (SystemCall call : SystemCall.all()) {
			listed.put(call.name(), call.number(architecture));
			expected.put(call.name(), numbers.getOrDefault(call.name(), -1));
		}
		assertThat(listed).isEqualTo(expected);
	}

}
