package io.privsep.helper.seccomp;

/**
 * One instruction of a filter: of the classic Berkeley packet filter, on the accumulator
 * alone.
 *
 * @param code what it does
 * @param ifTrue how many instructions a condition that is met skips
 * @param ifFalse how many instructions a condition that is not met skips
 * @param value its constant
 * @see <a href="https://docs.kernel.org/networking/filter.html">Linux Socket
 * Filtering</a>
 */
record Instruction(int code, int ifTrue, int ifFalse, int value) {

	/** How long an instruction is, in bytes. */
	static final int LENGTH = 8;

	static final int LOAD = 0x20;

	static final int AND = 0x54;

	static final int EQUAL = 0x15;

	static final int AT_LEAST = 0x35;

	static final int ANY_BIT = 0x45;

	static final int RETURN = 0x06;

	// linux/seccomp.h
	private static final int ALLOW = 0x7fff0000;

	private static final int ERRNO = 0x00050000;

	private static final int KILL_PROCESS = 0x80000000;

	/** Where the data of a call has its number, and the architecture (seccomp(2)). */
	private static final int NUMBER = 0;

	private static final int ARCHITECTURE = 4;

	private static final int ARGUMENTS = 16;

	static Instruction loadNumber() {
		return new Instruction(LOAD, 0, 0, NUMBER);
	}

	static Instruction loadArchitecture() {
		return new Instruction(LOAD, 0, 0, ARCHITECTURE);
	}

	/**
	 * Loads the lower half of an argument, which is all that the kernel looks at in flags
	 * and other numbers of 32 bits.
	 * @param index which, from 0
	 * @return the instruction
	 */
	static Instruction loadArgument(int index) {
		return new Instruction(LOAD, 0, 0, ARGUMENTS + Long.BYTES * index);
	}

	static Instruction and(int bits) {
		return new Instruction(AND, 0, 0, bits);
	}

	static Instruction ifEqual(int value, int ifTrue, int ifFalse) {
		return new Instruction(EQUAL, ifTrue, ifFalse, value);
	}

	static Instruction ifAtLeast(int value, int ifTrue, int ifFalse) {
		return new Instruction(AT_LEAST, ifTrue, ifFalse, value);
	}

	static Instruction ifAnyBit(int bits, int ifTrue, int ifFalse) {
		return new Instruction(ANY_BIT, ifTrue, ifFalse, bits);
	}

	static Instruction allow() {
		return new Instruction(RETURN, 0, 0, ALLOW);
	}

	static Instruction fail(int errno) {
		return new Instruction(RETURN, 0, 0, ERRNO | errno);
	}

	static Instruction kill() {
		return new Instruction(RETURN, 0, 0, KILL_PROCESS);
	}

}
