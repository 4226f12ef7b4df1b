package io.privsep.helper.seccomp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the filters of both architectures answer, wherever they were made.
 */
class FilterProgramTests {

	private static final int EPERM = FilterRun.errno(1);

	private static final int ENOSYS = FilterRun.errno(38);

	private static final int EAFNOSUPPORT = FilterRun.errno(97);

	/** What pthread_create of the C library calls clone(2) with. */
	private static final long THREAD = 0x003d0f00;

	/** What fork of the C library does. */
	private static final long FORK = 0x01200011;

	/** What vfork and posix_spawn of the C library do. */
	private static final long SPAWN = 0x00004111;

	@ParameterizedTest
	@EnumSource
	void everyCallOfTheListIsDeniedAndEveryOtherIsAllowed(Architecture architecture) throws IOException {
		FilterRun filter = filter(architecture, "network");
		Set<Integer> denied = new HashSet<>();
		Set<Integer> sometimes = new HashSet<>();
		for (SystemCall call : SystemCall.all()) {
			if (!call.isDenied(List.of("network"))) {
				continue;
			}
			boolean always = call.rule() == Rule.EPERM || call.rule() == Rule.ENOSYS;
			(always ? denied : sometimes).add(call.number(architecture));
		}
		denied.remove(-1);
		assertThat(denied).hasSizeGreaterThan(60).doesNotContainAnyElementsOf(sometimes);
		Set<Integer> refused = new TreeSet<>();
		for (int number = 0; number < 1000; number++) {
			// a pair of Unix stream sockets, of which every rule but those of processes,
			// families and the signal of death allows what the arguments say
			if (filter.ask(architecture.audit(), number, 1, 1, 0, 2) != FilterRun.ALLOW) {
				refused.add(number);
			}
		}
		Set<Integer> expected = new TreeSet<>(denied);
		expected.addAll(
				List.of(number(architecture, "clone"), number(architecture, "socket"), number(architecture, "prctl")));
		assertThat(refused).isEqualTo(expected);
		for (SystemCall call : SystemCall.all()) {
			if (call.rule() == Rule.EPERM && call.number(architecture) >= 0 && call.isDenied(List.of("network"))) {
				assertThat(ask(filter, architecture, call.name())).as(call.name()).isEqualTo(EPERM);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void threadsAreAllowedAndProcessesAreNot(Architecture architecture) throws IOException {
		FilterRun filter = filter(architecture);
		assertThat(ask(filter, architecture, "clone", THREAD)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "clone", FORK)).isEqualTo(EPERM);
		assertThat(ask(filter, architecture, "clone", SPAWN)).isEqualTo(EPERM);
		// bits that the kernel does not look at
		assertThat(ask(filter, architecture, "clone", FORK | 0x0001_0000_0000_0000L)).isEqualTo(EPERM);
		// the next rule is asked as well: CLONE_NEWUSER
		assertThat(ask(filter, architecture, "clone", THREAD | 0x10000000)).isEqualTo(EPERM);
		assertThat(ask(filter, architecture, "clone3")).isEqualTo(ENOSYS);
	}

	@ParameterizedTest
	@EnumSource
	void programsAreAllowedWhereTheyMayBeStartedButNoNamespaces(Architecture architecture) throws IOException {
		FilterRun filter = filter(architecture, "exec");
		assertThat(ask(filter, architecture, "execve")).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "execveat")).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "clone", THREAD)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "clone", FORK)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "clone", SPAWN)).isEqualTo(FilterRun.ALLOW);
		// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
		for (long flag : List.of(0x00020000L, 0x02000000L, 0x04000000L, 0x08000000L, 0x10000000L, 0x20000000L,
				0x40000000L)) {
			assertThat(ask(filter, architecture, "clone", FORK | flag)).as(Long.toHexString(flag)).isEqualTo(EPERM);
			assertThat(ask(filter, architecture, "clone", THREAD | flag)).as(Long.toHexString(flag)).isEqualTo(EPERM);
		}
		// its flags cannot be seen
		assertThat(ask(filter, architecture, "clone3")).isEqualTo(ENOSYS);
	}

	@ParameterizedTest
	@EnumSource
	void sharedMemoryWithoutAFileIsDenied(Architecture architecture) throws IOException {
		FilterRun filter = filter(architecture);
		// MAP_SHARED 1, MAP_PRIVATE 2, MAP_SHARED_VALIDATE 3, MAP_FIXED 0x10,
		// MAP_ANONYMOUS 0x20, MAP_NORESERVE 0x4000, MAP_STACK 0x20000
		for (long flags : List.of(0x01L, 0x02L, 0x03L, 0x11L, 0x22L, 0x32L, 0x4022L, 0x20022L)) {
			assertThat(ask(filter, architecture, "mmap", 0, 4096, 3, flags)).as(Long.toHexString(flags))
				.isEqualTo(FilterRun.ALLOW);
		}
		for (long flags : List.of(0x21L, 0x23L, 0x31L, 0x4021L, 0x1_0000_0021L)) {
			assertThat(ask(filter, architecture, "mmap", 0, 4096, 3, flags)).as(Long.toHexString(flags))
				.isEqualTo(EPERM);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatTheLimitsOfAProcessDoNotCountIsDenied(Architecture architecture) throws IOException {
		FilterRun filter = filter(architecture);
		// MAP_PRIVATE, MAP_ANONYMOUS and MAP_GROWSDOWN
		assertThat(ask(filter, architecture, "mmap", 0, 4096, 3, 0x122)).isEqualTo(EPERM);
		// a thread without CLONE_FILES
		assertThat(ask(filter, architecture, "clone", THREAD & ~0x400)).isEqualTo(EPERM);
		assertThat(ask(filter, architecture, "close_range", 3, 9, 0)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "close_range", 3, 9, 4)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "close_range", 3, 9, 2)).isEqualTo(EPERM);
		for (long option : List.of(7L, 8L, 32L, 33L, 0x1_0000_0007L)) {
			assertThat(ask(filter, architecture, "setsockopt", 5, 1, option)).as("option " + option).isEqualTo(EPERM);
			// of IPv6
			assertThat(ask(filter, architecture, "setsockopt", 5, 41, option)).isEqualTo(FilterRun.ALLOW);
		}
		// SO_REUSEADDR, SO_KEEPALIVE
		assertThat(ask(filter, architecture, "setsockopt", 5, 1, 2)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "setsockopt", 5, 1, 9)).isEqualTo(FilterRun.ALLOW);
		for (int command : new int[] { 1024, 1026, 1031 }) {
			assertThat(ask(filter, architecture, "fcntl", 5, command, 0)).as("command " + command).isEqualTo(EPERM);
		}
		for (int command : new int[] { 1, 3, 4, 6, 37, 1025, 1030, 1032, 1033 }) {
			assertThat(ask(filter, architecture, "fcntl", 5, command, 0)).isEqualTo(FilterRun.ALLOW);
		}
		assertThat(ask(filter(architecture, "no-sandbox"), architecture, "setsockopt", 5, 1, 7))
			.isEqualTo(FilterRun.ALLOW);
	}

	@ParameterizedTest
	@EnumSource
	void socketsThatTakeLongToCloseCannotBeMadeOrSent(Architecture architecture) throws IOException {
		FilterRun none = filter(architecture);
		assertThat(ask(none, architecture, "sendmsg", 5)).isEqualTo(EPERM);
		assertThat(ask(none, architecture, "sendmmsg", 5)).isEqualTo(EPERM);
		FilterRun network = filter(architecture, "network");
		assertThat(ask(network, architecture, "sendmsg", 5)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(network, architecture, "sendmmsg", 5)).isEqualTo(FilterRun.ALLOW);
		for (FilterRun filter : List.of(none, network)) {
			assertThat(ask(filter, architecture, "setsockopt", 5, 1, 13)).isEqualTo(EPERM);
			assertThat(ask(filter, architecture, "setsockopt", 5, 1, 0x1_0000_000dL)).isEqualTo(EPERM);
			// of TCP
			assertThat(ask(filter, architecture, "setsockopt", 5, 6, 13)).isEqualTo(FilterRun.ALLOW);
		}
		assertThat(ask(filter(architecture, "no-sandbox"), architecture, "setsockopt", 5, 1, 13))
			.isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter(architecture, "no-sandbox"), architecture, "sendmsg", 5)).isEqualTo(FilterRun.ALLOW);
	}

	@ParameterizedTest
	@EnumSource
	void filesThatRunAsTheirOwnersCannotBeMade(Architecture architecture) throws IOException {
		FilterRun filter = filter(architecture);
		for (long mode : List.of(04755L, 02755L, 06000L, 0x1_0000_0000L | 04000)) {
			assertThat(ask(filter, architecture, "fchmod", 5, mode)).isEqualTo(EPERM);
			assertThat(ask(filter, architecture, "fchmodat", 5, 0, mode)).isEqualTo(EPERM);
			assertThat(ask(filter, architecture, "fchmodat2", 5, 0, mode)).isEqualTo(EPERM);
			assertThat(ask(filter, architecture, "mkdirat", 5, 0, mode)).isEqualTo(EPERM);
			// O_CREAT and O_WRONLY; O_TMPFILE and O_RDWR
			assertThat(ask(filter, architecture, "openat", 5, 0, 0x41, mode)).isEqualTo(EPERM);
			assertThat(ask(filter, architecture, "openat", 5, 0, 0x410002, mode)).isEqualTo(EPERM);
			// the mode is not looked at
			assertThat(ask(filter, architecture, "openat", 5, 0, 0x2, mode)).isEqualTo(FilterRun.ALLOW);
		}
		assertThat(ask(filter, architecture, "fchmod", 5, 01777)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "openat", 5, 0, 0x41, 0666)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "openat2")).isEqualTo(ENOSYS);
		assertThat(ask(filter(architecture, "no-sandbox"), architecture, "fchmod", 5, 04755))
			.isEqualTo(FilterRun.ALLOW);
		if (architecture == Architecture.X86_64) {
			assertThat(ask(filter, architecture, "chmod", 0, 04755)).isEqualTo(EPERM);
			assertThat(ask(filter, architecture, "creat", 0, 04755)).isEqualTo(EPERM);
			assertThat(ask(filter, architecture, "mkdir", 0, 02755)).isEqualTo(EPERM);
			assertThat(ask(filter, architecture, "open", 0, 0x41, 04755)).isEqualTo(EPERM);
			assertThat(ask(filter, architecture, "open", 0, 0x2, 04755)).isEqualTo(FilterRun.ALLOW);
		}
	}

	@ParameterizedTest
	@EnumSource
	void theSignalOfDeathCannotBeTakenBack(Architecture architecture) throws IOException {
		FilterRun filter = filter(architecture, "no-sandbox");
		assertThat(ask(filter, architecture, "prctl", 1, 0)).isEqualTo(EPERM);
		assertThat(ask(filter, architecture, "prctl", 0x1_0000_0001L, 0)).isEqualTo(EPERM);
		// PR_SET_NAME, PR_SET_NO_NEW_PRIVS
		assertThat(ask(filter, architecture, "prctl", 15, 0)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "prctl", 38, 1)).isEqualTo(FilterRun.ALLOW);
	}

	@ParameterizedTest
	@EnumSource
	void typingIntoATerminalIsDenied(Architecture architecture) throws IOException {
		FilterRun filter = filter(architecture);
		assertThat(ask(filter, architecture, "ioctl", 0, 0x5412)).isEqualTo(EPERM);
		assertThat(ask(filter, architecture, "ioctl", 0, 0x541c)).isEqualTo(EPERM);
		// the kernel does not see the upper half
		assertThat(ask(filter, architecture, "ioctl", 0, 0x1_0000_5412L)).isEqualTo(EPERM);
		// TCGETS, FIONREAD
		assertThat(ask(filter, architecture, "ioctl", 0, 0x5401)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "ioctl", 0, 0x541b)).isEqualTo(FilterRun.ALLOW);
	}

	@ParameterizedTest
	@EnumSource
	void socketsOfASandboxAreThoseOfTheInternet(Architecture architecture) throws IOException {
		FilterRun none = filter(architecture);
		assertThat(ask(none, architecture, "socket", 2, 1)).isEqualTo(EPERM);
		FilterRun filter = filter(architecture, "network");
		assertThat(ask(filter, architecture, "socket", 2, 1)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "socket", 10, 1)).isEqualTo(FilterRun.ALLOW);
		// AF_UNIX, AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK
		for (long family : List.of(0L, 1L, 16L, 17L, 38L, 40L, 0x1_0000_0001L)) {
			assertThat(ask(filter, architecture, "socket", family, 1)).as("family " + family).isEqualTo(EAFNOSUPPORT);
		}
		FilterRun without = filter(architecture, "no-sandbox");
		assertThat(ask(without, architecture, "socket", 1, 1)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(without, architecture, "socketpair", 1, 2)).isEqualTo(FilterRun.ALLOW);
	}

	@ParameterizedTest
	@EnumSource
	void pairsOfASandboxAreThoseThatStayPairs(Architecture architecture) throws IOException {
		FilterRun filter = filter(architecture);
		// SOCK_STREAM, also with SOCK_NONBLOCK and SOCK_CLOEXEC
		assertThat(ask(filter, architecture, "socketpair", 1, 1)).isEqualTo(FilterRun.ALLOW);
		assertThat(ask(filter, architecture, "socketpair", 1, 0x80801)).isEqualTo(FilterRun.ALLOW);
		// SOCK_DGRAM, SOCK_SEQPACKET; AF_TIPC
		assertThat(ask(filter, architecture, "socketpair", 1, 2)).isEqualTo(EPERM);
		assertThat(ask(filter, architecture, "socketpair", 1, 0x80802)).isEqualTo(EPERM);
		assertThat(ask(filter, architecture, "socketpair", 1, 5)).isEqualTo(EPERM);
		assertThat(ask(filter, architecture, "socketpair", 30, 1)).isEqualTo(EPERM);
	}

	@ParameterizedTest
	@EnumSource
	void callsThatAContextIsForAreAllowed(Architecture architecture) throws IOException {
		FilterRun filter = filter(architecture, "sys_admin", "sys_time");
		for (String call : List.of("mount", "setns", "bpf", "perf_event_open", "clock_settime")) {
			assertThat(ask(filter, architecture, call)).as(call).isEqualTo(FilterRun.ALLOW);
		}
		for (String call : List.of("execve", "reboot", "ptrace", "init_module", "keyctl")) {
			assertThat(ask(filter, architecture, call)).as(call).isEqualTo(EPERM);
		}
	}

	@ParameterizedTest
	@EnumSource
	void everyExceptionLeavesOutItsOwnLinesAlone(Architecture architecture) throws IOException {
		List<SystemCall> all = SystemCall.all();
		Set<String> exceptions = new TreeSet<>();
		all.forEach((call) -> exceptions.addAll(call.unless()));
		assertThat(exceptions).contains("exec", "no-sandbox", "sys_admin");
		for (String exception : exceptions) {
			List<SystemCall> rest = new ArrayList<>(all);
			rest.removeIf((call) -> call.unless().contains(exception));
			assertThat(rest).hasSizeLessThan(all.size());
			assertThat(FilterProgram.of(all, architecture, List.of(exception))).as(exception)
				.isEqualTo(FilterProgram.of(rest, architecture, List.of()));
		}
	}

	@ParameterizedTest
	@EnumSource
	void callsOfAnotherArchitectureEndTheProcess(Architecture architecture) throws IOException {
		FilterRun filter = filter(architecture);
		// AUDIT_ARCH_I386, AUDIT_ARCH_ARM, and that of the other one
		for (int audit : List.of(0x40000003, 0x40000028, Architecture.values()[1 - architecture.ordinal()].audit())) {
			assertThat(filter.ask(audit, 0)).isEqualTo(FilterRun.KILL_PROCESS);
			assertThat(filter.ask(audit, number(architecture, "execve"))).isEqualTo(FilterRun.KILL_PROCESS);
		}
	}

	@ParameterizedTest
	@EnumSource
	void numbersOfX32AreNone(Architecture architecture) throws IOException {
		FilterRun filter = filter(architecture);
		// read, execve of x32, and what tracers set
		for (int number : List.of(0x40000000, 0x40000000 + 520, -1)) {
			assertThat(filter.ask(architecture.audit(), number)).isEqualTo(ENOSYS);
		}
		assertThat(filter.ask(architecture.audit(), 0x3fffffff)).isEqualTo(FilterRun.ALLOW);
	}

	private static FilterRun filter(Architecture architecture, String... exceptions) throws IOException {
		return new FilterRun(FilterProgram.of(SystemCall.all(), architecture, List.of(exceptions)));
	}

	private static int ask(FilterRun filter, Architecture architecture, String call, long... arguments)
			throws IOException {
		return filter.ask(architecture.audit(), number(architecture, call), arguments);
	}

	private static int number(Architecture architecture, String call) throws IOException {
		int number = SystemCall.all()
			.stream()
			.filter((each) -> each.name().equals(call))
			.findFirst()
			.orElseThrow()
			.number(architecture);
		assertThat(number).as(call).isNotNegative();
		return number;
	}

}
