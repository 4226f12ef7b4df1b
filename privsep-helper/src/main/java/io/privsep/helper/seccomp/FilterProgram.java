package io.privsep.helper.seccomp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The program that the kernel asks before each system call of a helper.
 * <p>
 * It compares the number with one line of the list after the other. Since Linux 5.11 the
 * kernel knows from the loading on for which numbers the answer is always yes, and asks
 * no more about them; a tree of comparisons would save nothing there.
 *
 * @param instructions its instructions
 */
record FilterProgram(List<Instruction> instructions) {

	/** From here on the numbers are of x32, with 32-bit pointers (asm/unistd.h). */
	private static final int X32 = 0x40000000;

	private static final int ENOSYS = 38;

	/**
	 * Puts the program together.
	 * @param calls the list
	 * @param architecture for which machines
	 * @param exceptions which lines are left out
	 * @return the program
	 */
	static FilterProgram of(List<SystemCall> calls, Architecture architecture, List<String> exceptions) {
		List<Instruction> program = new ArrayList<>();
		// Other numbers would be meant: 'int 0x80' enters the kernel of x86-64 as a
		// program of 32 bits does. No JVM does so, nor any library: it is an attack.
		program.add(Instruction.loadArchitecture());
		program.add(Instruction.ifEqual(architecture.audit(), 1, 0));
		program.add(Instruction.kill());
		program.add(Instruction.loadNumber());
		// The second set of numbers for the same calls: as on the kernels that have none.
		program.add(Instruction.ifAtLeast(X32, 0, 1));
		program.add(Instruction.fail(ENOSYS));
		for (SystemCall call : calls) {
			int number = call.number(architecture);
			if (number >= 0 && call.isDenied(exceptions)) {
				List<Instruction> rule = call.rule().instructions();
				program.add(Instruction.ifEqual(number, 0, rule.size()));
				program.addAll(rule);
			}
		}
		program.add(Instruction.allow());
		return new FilterProgram(program);
	}

	/**
	 * Writes an array of {@code struct sock_filter} (linux/filter.h).
	 * @param out gets it
	 */
	void write(ByteBuffer out) {
		for (Instruction instruction : this.instructions) {
			out.putShort((short) instruction.code())
				.put((byte) instruction.ifTrue())
				.put((byte) instruction.ifFalse())
				.putInt(instruction.value());
		}
	}

	int length() {
		return this.instructions.size();
	}

}
