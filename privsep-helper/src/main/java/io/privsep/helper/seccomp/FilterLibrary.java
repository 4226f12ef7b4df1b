package io.privsep.helper.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A shared library with one function, which loads a filter into the kernel.
 * <p>
 * The helper has no native library, and Java 17 no way to make a system call: so it
 * writes one itself, with the filter in it. It is what the dynamic linker needs, and no
 * more (elf(5)): two segments, one symbol, no section, no other library, no relocation.
 * <pre>
 * offset 0: header, program headers │ hash table, symbols, names │ code │ filter   read, execute
 *                                                                       │ dynamic  read, write
 * </pre>
 */
final class FilterLibrary {

	private static final int HEADER = 64;

	private static final int PROGRAM_HEADER = 56;

	private static final int PROGRAM_HEADERS = 4;

	private static final int SYMBOL = 24;

	private static final int HASH_TABLE = HEADER + PROGRAM_HEADERS * PROGRAM_HEADER;

	/** One bucket and two symbols; the number after them fills up to 8 bytes. */
	private static final int SYMBOLS = HASH_TABLE + 6 * Integer.BYTES;

	private static final int NAMES = SYMBOLS + 2 * SYMBOL;

	/** Five entries, and the one that ends them. */
	private static final int DYNAMIC_LENGTH = 6 * 2 * Long.BYTES;

	/** As large as pages are anywhere. What may be written lies this much further on. */
	private static final int PAGE = 0x10000;

	// p_type, p_flags
	private static final int PT_LOAD = 1;

	private static final int PT_DYNAMIC = 2;

	private static final int PT_GNU_STACK = 0x6474e551;

	private static final int EXECUTE = 1;

	private static final int WRITE = 2;

	private static final int READ = 4;

	private FilterLibrary() {
	}

	/**
	 * Makes the library.
	 * @param architecture for which machines
	 * @param function name of the function
	 * @param processes the most processes and threads that it leaves; 0 for any number
	 * @param filter the filter that it loads
	 * @return the file
	 */
	static byte[] of(Architecture architecture, String function, int processes, FilterProgram filter) {
		byte[] name = function.getBytes(StandardCharsets.US_ASCII);
		// each name ends with a 0, the first one has nothing else
		int namesLength = 1 + name.length + 1;
		int code = (NAMES + namesLength + 15) / 16 * 16;
		int dynamic = code + Architecture.CODE_LENGTH + filter.length() * Instruction.LENGTH;
		ByteBuffer out = ByteBuffer.allocate(dynamic + DYNAMIC_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
		writeHeader(out, architecture);
		writeProgramHeader(out, PT_LOAD, READ | EXECUTE, 0, 0, dynamic, PAGE);
		// glibc writes addresses into it
		writeProgramHeader(out, PT_LOAD, READ | WRITE, dynamic, dynamic + PAGE, DYNAMIC_LENGTH, PAGE);
		writeProgramHeader(out, PT_DYNAMIC, READ | WRITE, dynamic, dynamic + PAGE, DYNAMIC_LENGTH, Long.BYTES);
		// without this header all stacks of the process would become executable
		writeProgramHeader(out, PT_GNU_STACK, READ | WRITE, 0, 0, 0, 16);
		// nbucket, nchain, the bucket: symbol 1, the chains: none goes on
		out.putInt(1).putInt(2).putInt(1).putInt(0).putInt(0);
		// symbol 0 is nothing
		out.position(SYMBOLS + SYMBOL);
		// st_name; st_info: a global function; st_other; st_shndx: defined; st_value;
		// st_size
		out.putInt(1)
			.put((byte) 0x12)
			.put((byte) 0)
			.putShort((short) 1)
			.putLong(code)
			.putLong(Architecture.CODE_LENGTH);
		out.position(NAMES + 1);
		out.put(name);
		out.position(code);
		architecture.writeCode(out, processes, filter.length());
		filter.write(out);
		// DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT; DT_NULL is zeros
		out.putLong(4).putLong(HASH_TABLE);
		out.putLong(5).putLong(NAMES);
		out.putLong(6).putLong(SYMBOLS);
		out.putLong(10).putLong(namesLength);
		out.putLong(11).putLong(SYMBOL);
		return out.array();
	}

	private static void writeHeader(ByteBuffer out, Architecture architecture) {
		// e_ident: 64 bits, little-endian, version 1
		out.put((byte) 0x7f).put((byte) 'E').put((byte) 'L').put((byte) 'F');
		out.put((byte) 2).put((byte) 1).put((byte) 1).position(16);
		// e_type: ET_DYN; e_machine; e_version; e_entry
		out.putShort((short) 3).putShort(architecture.elfMachine()).putInt(1).putLong(0);
		// e_phoff, e_shoff, e_flags
		out.putLong(HEADER).putLong(0).putInt(0);
		// e_ehsize, e_phentsize, e_phnum; e_shentsize, e_shnum, e_shstrndx
		out.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) PROGRAM_HEADERS);
		out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
	}

	private static void writeProgramHeader(ByteBuffer out, int type, int flags, long offset, long address, long length,
			long alignment) {
		// p_type, p_flags, p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align
		out.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
		out.putLong(length).putLong(length).putLong(alignment);
	}

}
