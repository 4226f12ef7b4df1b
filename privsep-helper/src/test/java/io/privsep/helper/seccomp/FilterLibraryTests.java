package io.privsep.helper.seccomp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The library, as the dynamic linker reads it. That it can be linked and does its work is
 * shown by processes that do so.
 */
class FilterLibraryTests {

	private static final String FUNCTION = "Java_function";

	@ParameterizedTest
	@EnumSource
	void segmentsAreOneToRunAndOneToWriteAndTheStackIsNotRun(Architecture architecture) throws IOException {
		ByteBuffer file = library(architecture);
		assertThat(file.getShort(18)).isEqualTo((short) ((architecture == Architecture.X86_64) ? 62 : 183));
		long headers = file.getLong(32);
		List<List<Long>> segments = new ArrayList<>();
		for (int i = 0; i < file.getShort(56); i++) {
			int at = (int) headers + 56 * i;
			segments.add(List.of(Integer.toUnsignedLong(file.getInt(at)), (long) file.getInt(at + 4)));
			long offset = file.getLong(at + 8);
			long address = file.getLong(at + 16);
			long alignment = file.getLong(at + 48);
			assertThat(address % alignment).isEqualTo(offset % alignment);
			assertThat(offset + file.getLong(at + 32)).isLessThanOrEqualTo(file.capacity());
		}
		// PT_LOAD r-x, PT_LOAD rw-, PT_DYNAMIC rw-, PT_GNU_STACK rw-
		assertThat(segments).containsExactly(List.of(1L, 5L), List.of(1L, 6L), List.of(2L, 6L),
				List.of(0x6474e551L, 6L));
		// what is written lies in another page, however large pages are
		assertThat(file.getLong((int) headers + 56 + 16) / 0x10000).isEqualTo(1);
		assertThat(file.getLong((int) headers + 32)).isLessThan(0x10000);
	}

	@ParameterizedTest
	@EnumSource
	void functionIsFoundByItsNameAndFollowedByTheFilter(Architecture architecture) throws IOException {
		ByteBuffer file = library(architecture);
		int dynamic = (int) file.getLong((int) file.getLong(32) + 2 * 56 + 8);
		long[] entries = new long[12];
		for (long tag = file.getLong(dynamic); tag != 0; tag = file.getLong(dynamic)) {
			entries[(int) tag] = file.getLong(dynamic + 8);
			dynamic += 16;
		}
		int hashTable = (int) entries[4];
		assertThat(file.getInt(hashTable)).as("buckets").isEqualTo(1);
		int symbol = (int) entries[6] + 24 * file.getInt(hashTable + 8);
		byte[] name = new byte[FUNCTION.length() + 1];
		file.get((int) entries[5] + file.getInt(symbol), name);
		assertThat(new String(name, StandardCharsets.US_ASCII)).isEqualTo(FUNCTION + "\0");
		int code = (int) file.getLong(symbol + 8);
		assertThat(file.getLong(symbol + 16)).isEqualTo(120);
		FilterProgram filter = filter(architecture);
		ByteBuffer expected = ByteBuffer.allocate(filter.length() * 8).order(ByteOrder.LITTLE_ENDIAN);
		filter.write(expected);
		byte[] actual = new byte[expected.capacity()];
		file.get(code + 120, actual);
		assertThat(actual).isEqualTo(expected.array());
		// DT_STRSZ, DT_SYMENT; nothing else is asked of the linker
		assertThat(entries).containsExactly(0, 0, 0, 0, hashTable, entries[5], entries[6], 0, 0, 0,
				FUNCTION.length() + 2, 24);
	}

	// as disassemblers show it: objdump -D -b binary -m i386:x86-64
	@Test
	void codeOfX86IsThis() {
		assertThat(HexFormat.of().formatHex(code(Architecture.X86_64))).isEqualTo(String.join("", "909090909090909090",
				"b802010000", "85c0", "741e", "50", "50", "4889e2", "b82e010000", "31ff", "be06000000", "4531d2",
				"0f05", "4883c410", "85c0", "7542", "b89d000000", "bf26000000", "be01000000", "31d2", "4531d2",
				"4531c0", "0f05", "85c0", "7525", "488d0524000000", "50", "6839010000", "b83d010000", "bf01000000",
				"be01000000", "4889e2", "0f05", "4883c410", "c3", "cccccccccc"));
	}

	// objdump -D -b binary -m aarch64
	@Test
	void codeOfArmIsThis() {
		ByteBuffer code = ByteBuffer.wrap(code(Architecture.AARCH64)).order(ByteOrder.LITTLE_ENDIAN);
		List<String> words = new ArrayList<>();
		while (code.hasRemaining()) {
			words.add(HexFormat.of().toHexDigits(code.getInt()));
		}
		assertThat(words).containsExactly("d503201f", "d2802049", "34000149", "a9bf27e9", "d2800000", "d28000c1",
				"910003e2", "d2800003", "d28020a8", "d4000001", "910043ff", "35000240", "d28014e8", "d28004c0",
				"d2800021", "d2800002", "d2800003", "d2800004", "d4000001", "35000140", "10000149", "d280272a",
				"a9bf27ea", "d28022a8", "d2800020", "d2800021", "910003e2", "d4000001", "910043ff", "d65f03c0");
	}

	private static byte[] code(Architecture architecture) {
		ByteBuffer code = ByteBuffer.allocate(120).order(ByteOrder.LITTLE_ENDIAN);
		architecture.writeCode(code, 258, 313);
		assertThat(code.hasRemaining()).isFalse();
		return code.array();
	}

	private static FilterProgram filter(Architecture architecture) throws IOException {
		return FilterProgram.of(SystemCall.all(), architecture, List.of());
	}

	private static ByteBuffer library(Architecture architecture) throws IOException {
		return ByteBuffer.wrap(FilterLibrary.of(architecture, FUNCTION, 258, filter(architecture)))
			.order(ByteOrder.LITTLE_ENDIAN);
	}

}
