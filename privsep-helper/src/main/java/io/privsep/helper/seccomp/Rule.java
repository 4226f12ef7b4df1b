package io.privsep.helper.seccomp;

import java.util.ArrayList;
import java.util.List;

/**
 * What happens to a system call, as {@code system-calls.txt} names it.
 */
enum Rule {

	/** Every such call is answered by this error. */
	EPERM("EPERM", 1),

	/** Every such call is answered by this error. */
	ENOSYS("ENOSYS", 38),

	/**
	 * A call that makes a process, or a thread with descriptors of its own, which the
	 * limit of a process does not count, fails: clone(2) without {@code CLONE_THREAD} and
	 * {@code CLONE_FILES}.
	 */
	PROCESS("process", 1, Instruction.loadArgument(0), Instruction.and(0x00010400),
			Instruction.ifEqual(0x00010400, 1, 0)),

	/**
	 * A call that lets a process live on without the one that has started it fails:
	 * prctl(2) with {@code PR_SET_PDEATHSIG}.
	 */
	DEATH_SIGNAL("death-signal", 1, Instruction.loadArgument(0), Instruction.ifEqual(1, 0, 1)),

	/**
	 * A call that gives a thread descriptors of its own fails: close_range(2) with
	 * {@code CLOSE_RANGE_UNSHARE}.
	 */
	DESCRIPTORS("descriptors", 1, Instruction.loadArgument(2), Instruction.ifAnyBit(2, 0, 1)),

	/**
	 * A call that takes memory which grows as a stack does, and is counted as one, fails:
	 * mmap(2) with {@code MAP_GROWSDOWN}.
	 */
	STACK("stack", 1, Instruction.loadArgument(3), Instruction.ifAnyBit(0x100, 0, 1)),

	/**
	 * A call that makes the buffers of a socket larger fails: setsockopt(2) with
	 * {@code SO_SNDBUF}, {@code SO_RCVBUF} and those of the same name for root.
	 */
	BUFFERS("buffers", 1, Instruction.loadArgument(1), Instruction.ifEqual(1, 0, 6), Instruction.loadArgument(2),
			Instruction.ifEqual(7, 3, 0), Instruction.ifEqual(8, 2, 0), Instruction.ifEqual(32, 1, 0),
			Instruction.ifEqual(33, 0, 1)),

	/**
	 * A call that lets the close of a socket wait fails: setsockopt(2) with
	 * {@code SO_LINGER}.
	 */
	LINGER("linger", 1, Instruction.loadArgument(1), Instruction.ifEqual(1, 0, 3), Instruction.loadArgument(2),
			Instruction.ifEqual(13, 0, 1)),

	/**
	 * A call that holds others up or takes memory of the kernel fails: fcntl(2) with
	 * {@code F_SETLEASE}, {@code F_NOTIFY} or {@code F_SETPIPE_SZ}.
	 */
	FILE_CONTROL("file-control", 1, Instruction.loadArgument(1), Instruction.ifEqual(1024, 2, 0),
			Instruction.ifEqual(1026, 1, 0), Instruction.ifEqual(1031, 0, 1)),

	/**
	 * A call that makes a file run as its owner or group fails: chmod(2), creat(2) and
	 * mkdir(2), with {@code S_ISUID} or {@code S_ISGID} in the second argument.
	 */
	SET_ID("set-id", 1, Instruction.loadArgument(1), Instruction.ifAnyBit(06000, 0, 1)),

	/** The same where the mode is the third argument: fchmodat(2), mkdirat(2). */
	SET_ID_AT("set-id-at", 1, Instruction.loadArgument(2), Instruction.ifAnyBit(06000, 0, 1)),

	/**
	 * The same of open(2), which looks at its third argument only with {@code O_CREAT} or
	 * {@code O_TMPFILE}.
	 */
	SET_ID_OPEN("set-id-open", 1, Instruction.loadArgument(1), Instruction.ifAnyBit(0x400040, 0, 3),
			Instruction.loadArgument(2), Instruction.ifAnyBit(06000, 0, 1)),

	/** The same of openat(2). */
	SET_ID_OPEN_AT("set-id-openat", 1, Instruction.loadArgument(2), Instruction.ifAnyBit(0x400040, 0, 3),
			Instruction.loadArgument(3), Instruction.ifAnyBit(06000, 0, 1)),

	/**
	 * A call that makes a namespace fails: clone(2) with {@code CLONE_NEWNS} or one of
	 * the six from {@code CLONE_NEWCGROUP} to {@code CLONE_NEWNET}.
	 */
	NAMESPACE("namespace", 1, Instruction.loadArgument(0), Instruction.ifAnyBit(0x7e020000, 0, 1)),

	/**
	 * A call that takes memory which is shared and has no file fails: mmap(2) with
	 * {@code MAP_ANONYMOUS}, and with {@code MAP_SHARED} or {@code MAP_SHARED_VALIDATE},
	 * which have the lowest bit.
	 */
	SHARED_MEMORY("shared-memory", 1, Instruction.loadArgument(3), Instruction.and(0x21),
			Instruction.ifEqual(0x21, 0, 1)),

	/**
	 * A call that types into a terminal fails: ioctl(2) with {@code TIOCSTI} or
	 * {@code TIOCLINUX}.
	 */
	TERMINAL("terminal", 1, Instruction.loadArgument(1), Instruction.ifEqual(0x5412, 1, 0),
			Instruction.ifEqual(0x541c, 0, 1)),

	/**
	 * A call that makes another socket than one of {@code AF_INET} or {@code AF_INET6}
	 * fails with {@code EAFNOSUPPORT}: socket(2).
	 */
	FAMILY("family", 97, Instruction.loadArgument(0), Instruction.ifEqual(2, 2, 0), Instruction.ifEqual(10, 1, 0)),

	/**
	 * A call that makes another pair than one of {@code AF_UNIX} and {@code SOCK_STREAM}
	 * fails: socketpair(2). The ends of other pairs can be connected anew.
	 */
	PAIR("pair", 1, Instruction.loadArgument(0), Instruction.ifEqual(1, 0, 3), Instruction.loadArgument(1),
			Instruction.and(0xf), Instruction.ifEqual(1, 1, 0));

	private final String word;

	private final List<Instruction> instructions = new ArrayList<>();

	Rule(String word, int errno, Instruction... condition) {
		this.word = word;
		this.instructions.addAll(List.of(condition));
		this.instructions.add(Instruction.fail(errno));
		if (condition.length > 0) {
			this.instructions.add(Instruction.loadNumber());
		}
	}

	static Rule of(String word) {
		for (Rule rule : values()) {
			if (rule.word.equals(word)) {
				return rule;
			}
		}
		throw new IllegalArgumentException("There is no rule '" + word + "'");
	}

	/**
	 * What a filter does with such a call, of which it has loaded the number.
	 * @return instructions, which end the filter, or are left behind the last one with
	 * the number loaded
	 */
	List<Instruction> instructions() {
		return this.instructions;
	}

}
