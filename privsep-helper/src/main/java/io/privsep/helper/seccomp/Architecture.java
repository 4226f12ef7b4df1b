package io.privsep.helper.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.jspecify.annotations.Nullable;

/**
 * A kind of machine for which there is a filter, in the order of the columns of
 * {@code system-calls.txt}.
 */
enum Architecture {

	/** 64-bit machines of Intel and AMD. */
	X86_64("amd64", 62, 0xc000003e) {

		// Arguments are in rdi, rsi, rdx, r10 and r8, the number and the result in rax;
		// rcx and r11 are lost (syscall(2)). A function may change all of them.
		@Override
		void writeCode(ByteBuffer out, int processes, int instructions) {
			// nop, nine times, so that the code is as long as that of the others
			bytes(out, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90);
			// mov eax, processes
			bytes(out, 0xb8);
			out.putInt(processes);
			// test eax, eax
			bytes(out, 0x85, 0xc0);
			// jz to what comes after the limit
			bytes(out, 0x74, 30);
			// push rax, twice: rlim_max and rlim_cur of struct rlimit64
			bytes(out, 0x50, 0x50);
			// mov rdx, rsp: struct rlimit64
			bytes(out, 0x48, 0x89, 0xe2);
			// mov eax, 302: prlimit64
			bytes(out, 0xb8, 0x2e, 0x01, 0, 0);
			// xor edi, edi: this process
			bytes(out, 0x31, 0xff);
			// mov esi, 6: RLIMIT_NPROC
			bytes(out, 0xbe, 6, 0, 0, 0);
			// xor r10d, r10d: the old limit is not asked for
			bytes(out, 0x45, 0x31, 0xd2);
			// syscall
			bytes(out, 0x0f, 0x05);
			// add rsp, 16
			bytes(out, 0x48, 0x83, 0xc4, 16);
			// test eax, eax
			bytes(out, 0x85, 0xc0);
			// jnz to ret
			bytes(out, 0x75, 66);
			// mov eax, 157: prctl
			bytes(out, 0xb8, 157, 0, 0, 0);
			// mov edi, 38: PR_SET_NO_NEW_PRIVS
			bytes(out, 0xbf, 38, 0, 0, 0);
			// mov esi, 1
			bytes(out, 0xbe, 1, 0, 0, 0);
			// xor edx, edx; xor r10d, r10d; xor r8d, r8d: the others must be 0
			bytes(out, 0x31, 0xd2, 0x45, 0x31, 0xd2, 0x45, 0x31, 0xc0);
			// syscall
			bytes(out, 0x0f, 0x05);
			// test eax, eax
			bytes(out, 0x85, 0xc0);
			// jnz to ret
			bytes(out, 0x75, 0x25);
			// lea rax, [rip + 36]: the filter, which follows this code
			bytes(out, 0x48, 0x8d, 0x05, 36, 0, 0, 0);
			// push rax: filter of struct sock_fprog
			bytes(out, 0x50);
			// push length: len of struct sock_fprog, and what fills it up to a pointer
			bytes(out, 0x68);
			out.putInt(instructions);
			// mov eax, 317: seccomp
			bytes(out, 0xb8, 0x3d, 0x01, 0, 0);
			// mov edi, 1: SECCOMP_SET_MODE_FILTER
			bytes(out, 0xbf, 1, 0, 0, 0);
			// mov esi, 1: SECCOMP_FILTER_FLAG_TSYNC
			bytes(out, 0xbe, 1, 0, 0, 0);
			// mov rdx, rsp: struct sock_fprog
			bytes(out, 0x48, 0x89, 0xe2);
			// syscall
			bytes(out, 0x0f, 0x05);
			// add rsp, 16
			bytes(out, 0x48, 0x83, 0xc4, 16);
			// ret
			bytes(out, 0xc3);
			// int3, up to the filter
			bytes(out, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc);
		}

	},

	/** 64-bit machines of Arm. */
	AARCH64("aarch64", 183, 0xc00000b7) {

		// Arguments are in x0 to x4, the number in x8, the result in x0 (syscall(2)).
		@Override
		void writeCode(ByteBuffer out, int processes, int instructions) {
			// nop, so that the code is as long as that of the others
			out.putInt(0xd503201f);
			// mov x9, processes
			out.putInt(move(9, processes));
			// cbz w9, ten instructions on: what comes after the limit
			out.putInt(0x34000000 | 10 << 5 | 9);
			// stp x9, x9, [sp, #-16]!: rlim_cur and rlim_max of struct rlimit64
			out.putInt(0xa9bf27e9);
			// mov x0, #0: this process
			out.putInt(move(0, 0));
			// mov x1, #6: RLIMIT_NPROC
			out.putInt(move(1, 6));
			// mov x2, sp: struct rlimit64
			out.putInt(0x910003e2);
			// mov x3, #0: the old limit is not asked for
			out.putInt(move(3, 0));
			// mov x8, #261: prlimit64
			out.putInt(move(8, 261));
			// svc #0
			out.putInt(0xd4000001);
			// add sp, sp, #16
			out.putInt(0x910043ff);
			// cbnz w0, eighteen instructions on: ret
			out.putInt(0x35000000 | 18 << 5);
			// mov x8, #167: prctl
			out.putInt(move(8, 167));
			// mov x0, #38: PR_SET_NO_NEW_PRIVS
			out.putInt(move(0, 38));
			// mov x1, #1
			out.putInt(move(1, 1));
			// mov x2, #0, and so on: the others must be 0
			out.putInt(move(2, 0)).putInt(move(3, 0)).putInt(move(4, 0));
			// svc #0
			out.putInt(0xd4000001);
			// cbnz w0, ten instructions on: ret
			out.putInt(0x35000000 | 10 << 5);
			// adr x9, 40 bytes on: the filter, which follows this code
			out.putInt(0x10000000 | 40 / 4 << 5 | 9);
			// mov x10, #length
			out.putInt(move(10, instructions));
			// stp x10, x9, [sp, #-16]!: len and filter of struct sock_fprog
			out.putInt(0xa9bf27ea);
			// mov x8, #277: seccomp
			out.putInt(move(8, 277));
			// mov x0, #1: SECCOMP_SET_MODE_FILTER
			out.putInt(move(0, 1));
			// mov x1, #1: SECCOMP_FILTER_FLAG_TSYNC
			out.putInt(move(1, 1));
			// mov x2, sp: struct sock_fprog
			out.putInt(0x910003e2);
			// svc #0
			out.putInt(0xd4000001);
			// add sp, sp, #16
			out.putInt(0x910043ff);
			// ret
			out.putInt(0xd65f03c0);
		}

		private static int move(int register, int value) {
			return 0xd2800000 | value << 5 | register;
		}

	};

	/** How long the code is, in bytes. */
	static final int CODE_LENGTH = 120;

	private final String jvmName;

	private final short elfMachine;

	private final int audit;

	Architecture(String jvmName, int elfMachine, int audit) {
		this.jvmName = jvmName;
		this.elfMachine = (short) elfMachine;
		this.audit = audit;
	}

	/**
	 * That of a JVM.
	 * @param jvmName what it calls it, in {@code os.arch}
	 * @return the architecture; {@code null} if there is no filter for it
	 */
	static @Nullable Architecture of(String jvmName) {
		for (Architecture architecture : values()) {
			// Arm can have its bytes in the other order
			if (architecture.jvmName.equals(jvmName) && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
				return architecture;
			}
		}
		return null;
	}

	/**
	 * Its number in ELF.
	 * @return {@code e_machine} (elf(5))
	 */
	short elfMachine() {
		return this.elfMachine;
	}

	/**
	 * Its number as filters see it.
	 * @return {@code AUDIT_ARCH_…} (linux/audit.h)
	 */
	int audit() {
		return this.audit;
	}

	/**
	 * Writes a function without arguments that limits processes and threads
	 * ({@code RLIMIT_NPROC}), sets no_new_privs, loads the filter that follows it in all
	 * threads, and returns an {@code int}: 0; an error of the kernel, negative; or the id
	 * of a thread that has another filter.
	 * @param out gets the machine code, {@link #CODE_LENGTH} bytes
	 * @param processes the most processes and threads; 0 for no limit
	 * @param instructions how many instructions the filter has
	 */
	abstract void writeCode(ByteBuffer out, int processes, int instructions);

	private static void bytes(ByteBuffer out, int... bytes) {
		for (int each : bytes) {
			out.put((byte) each);
		}
	}

}
