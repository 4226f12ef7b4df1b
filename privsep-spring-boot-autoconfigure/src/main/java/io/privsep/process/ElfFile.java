package io.privsep.process;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A program or a library of Linux, as far as it tells what else it needs (elf(5)).
 *
 * @param machine number of the architecture
 * @param interpreter path of the dynamic linker, which programs have; {@code null} in a
 * library
 * @param needed names of the libraries that it is linked to
 */
record ElfFile(int machine, @Nullable String interpreter, List<String> needed) {

	private static final int MAGIC = 0x464c457f;

	private static final byte CLASS_64 = 2;

	private static final int HEADER_SIZE = 64;

	private static final int PROGRAM_HEADER_SIZE = 56;

	private static final int PT_LOAD = 1;

	private static final int PT_DYNAMIC = 2;

	private static final int PT_INTERP = 3;

	private static final int DT_NEEDED = 1;

	private static final int DT_STRTAB = 5;

	private static final int DT_STRSZ = 10;

	/** More than any program's, and little memory. */
	private static final int MAX_SIZE = 1 << 22;

	/**
	 * Reads a file.
	 * @param path the file
	 * @return what it says, or {@code null} if it is no ELF file of 64 bits
	 * @throws IOException if it cannot be read, or is cut short
	 */
	static @Nullable ElfFile read(Path path) throws IOException {
		try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
			if (file.size() < HEADER_SIZE) {
				return null;
			}
			ByteBuffer header = bytes(file, 0, HEADER_SIZE);
			if (header.getInt(0) != MAGIC || header.get(4) != CLASS_64) {
				return null;
			}
			ByteBuffer segments = bytes(file, header.getLong(32),
					PROGRAM_HEADER_SIZE * Short.toUnsignedInt(header.getShort(56)));
			String interpreter = null;
			List<String> needed = List.of();
			for (int at = 0; at < segments.limit(); at += PROGRAM_HEADER_SIZE) {
				long offset = segments.getLong(at + 8);
				long size = segments.getLong(at + 32);
				if (segments.getInt(at) == PT_INTERP) {
					interpreter = text(bytes(file, offset, size), 0);
				}
				else if (segments.getInt(at) == PT_DYNAMIC) {
					needed = needed(file, segments, bytes(file, offset, size));
				}
			}
			return new ElfFile(Short.toUnsignedInt(header.getShort(18)), interpreter, needed);
		}
	}

	private static List<String> needed(FileChannel file, ByteBuffer segments, ByteBuffer dynamic) throws IOException {
		List<Long> names = new ArrayList<>();
		long strings = 0;
		long size = 0;
		for (int at = 0; at + 16 <= dynamic.limit(); at += 16) {
			long value = dynamic.getLong(at + 8);
			int tag = (int) dynamic.getLong(at);
			if (tag == DT_NEEDED) {
				names.add(value);
			}
			strings = (tag == DT_STRTAB) ? value : strings;
			size = (tag == DT_STRSZ) ? value : size;
		}
		ByteBuffer text = bytes(file, offset(segments, strings), size);
		return names.stream().map((name) -> text(text, Math.toIntExact(name))).toList();
	}

	// where the file has what a program finds at an address
	private static long offset(ByteBuffer segments, long address) {
		for (int at = 0; at < segments.limit(); at += PROGRAM_HEADER_SIZE) {
			long start = segments.getLong(at + 16);
			if (segments.getInt(at) == PT_LOAD && address >= start && address < start + segments.getLong(at + 32)) {
				return address - start + segments.getLong(at + 8);
			}
		}
		return address;
	}

	private static String text(ByteBuffer bytes, int from) {
		int end = from;
		while (bytes.get(end) != 0) {
			end++;
		}
		byte[] text = new byte[end - from];
		bytes.get(from, text);
		return new String(text, StandardCharsets.UTF_8);
	}

	private static ByteBuffer bytes(FileChannel file, long offset, long size) throws IOException {
		if (size < 0 || size > MAX_SIZE) {
			throw new IOException("a part of " + size + " bytes in an ELF file");
		}
		ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
		while (bytes.hasRemaining()) {
			if (file.read(bytes, offset + bytes.position()) < 0) {
				throw new EOFException("an ELF file that is cut short");
			}
		}
		return bytes.flip();
	}

}
