package io.privsep.helper.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A kernel that asks a filter: runs its bytes, with the checks that Linux makes when a
 * filter is loaded (net/core/filter.c and kernel/seccomp.c).
 */
final class FilterRun {

	static final int ALLOW = 0x7fff0000;

	static final int KILL_PROCESS = 0x80000000;

	/** The most that the kernel takes. */
	private static final int MAX_INSTRUCTIONS = 4096;

	private final ByteBuffer program;

	FilterRun(FilterProgram program) {
		this.program = ByteBuffer.allocate(program.length() * 8).order(ByteOrder.LITTLE_ENDIAN);
		program.write(this.program);
		this.program.flip();
		assertThat(program.length()).isBetween(1, MAX_INSTRUCTIONS);
		assertThat(code(program.length() - 1)).as("the last instruction").isEqualTo(0x06);
	}

	static int errno(int number) {
		return 0x00050000 | number;
	}

	/**
	 * Asks for a system call.
	 * @param audit its architecture
	 * @param number its number
	 * @param arguments its arguments; those that are left out are 0
	 * @return what to do
	 */
	int ask(int audit, int number, long... arguments) {
		ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
		data.putInt(number).putInt(audit).putLong(0x7fff_1234_5678L);
		for (long argument : arguments) {
			data.putLong(argument);
		}
		int accumulator = 0;
		int at = 0;
		while (true) {
			int value = this.program.getInt(at * 8 + 4);
			switch (code(at)) {
				case 0x20 -> {
					assertThat(value % 4).as("alignment of a load").isZero();
					accumulator = data.getInt(value);
				}
				case 0x54 -> {
					accumulator &= value;
				}
				case 0x15 -> {
					at += jump(at, accumulator == value);
				}
				case 0x35 -> {
					at += jump(at, Integer.compareUnsigned(accumulator, value) >= 0);
				}
				case 0x45 -> {
					at += jump(at, (accumulator & value) != 0);
				}
				case 0x06 -> {
					return value;
				}
				default -> throw new AssertionError("Instruction " + at + " has code " + code(at));
			}
			at++;
		}
	}

	private int code(int at) {
		return this.program.getShort(at * 8);
	}

	private int jump(int at, boolean condition) {
		return Byte.toUnsignedInt(this.program.get(at * 8 + (condition ? 2 : 3)));
	}

}
