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

	/** A call that makes a process fails: clone(2) without {@code CLONE_THREAD}. */
	PROCESS("process", 1, Instruction.loadArgument(0), Instruction.ifAnyBit(0x00010000, 1, 0)),

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
