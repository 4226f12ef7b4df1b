package io.privsep.linux;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory that is handed to functions of the C library, and freed when it is closed.
 */
final class CMemory implements AutoCloseable {

	/** That of file names and arguments, which is not the one of texts. */
	private static final Charset CHARSET = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

	private static final CFunction CALLOC = new CFunction("calloc", CFunction.POINTER, CFunction.POINTER,
			CFunction.POINTER);

	private static final CFunction FREE = new CFunction("free", CFunction.INT, CFunction.POINTER);

	private final List<Long> blocks = new ArrayList<>();

	/**
	 * Takes memory, filled with zeros.
	 * @param size how much, in bytes
	 * @return its address
	 */
	long allocate(int size) {
		long address = CALLOC.address(1L, (long) size);
		if (address == 0) {
			throw new OutOfMemoryError("The C library has no " + size + " bytes of memory left");
		}
		this.blocks.add(address);
		return address;
	}

	/**
	 * Copies a string.
	 * @param string the string
	 * @return its address
	 * @throws IOException if it has a NUL, which C would take for its end
	 */
	long string(String string) throws IOException {
		if (string.indexOf(0) >= 0) {
			throw new IOException("a string with a NUL character cannot be passed on");
		}
		byte[] bytes = string.getBytes(CHARSET);
		long address = allocate(bytes.length + 1);
		CLibrary.putBytes(address, bytes);
		return address;
	}

	/**
	 * Makes an array of strings that ends with a null pointer.
	 * @param strings the strings
	 * @return its address
	 * @throws IOException if one has a NUL
	 */
	long strings(List<String> strings) throws IOException {
		long array = allocate((strings.size() + 1) * CLibrary.POINTER_SIZE);
		for (int i = 0; i < strings.size(); i++) {
			CLibrary.putAddress(array + (long) i * CLibrary.POINTER_SIZE, string(strings.get(i)));
		}
		return array;
	}

	static int getInt(long address) {
		return CLibrary.getInt(address);
	}

	@Override
	public void close() {
		this.blocks.forEach(FREE::call);
	}

}
