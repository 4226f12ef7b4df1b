package io.privsep.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How the C library is called on JDK 22 and later: by Java itself. Nothing is unpacked,
 * and no library is loaded but those of the JDK.
 */
@SuppressWarnings("restricted")
final class CLibrary {

	static final int POINTER_SIZE = (int) ValueLayout.ADDRESS.byteSize();

	/** So many integers are handed over in registers on all platforms. */
	private static final int IN_REGISTERS = 6;

	/** More parameters has no function that is called here. */
	private static final int MOST = 7;

	private static final Linker LINKER = Linker.nativeLinker();

	private static final SymbolLookup LOOKUP = LINKER.defaultLookup();

	private static final ThreadLocal<MemorySegment> STATE = ThreadLocal
		.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

	private static final long ERRNO = Linker.Option.captureStateLayout()
		.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

	private CLibrary() {
	}

	/**
	 * Requires that functions can be found, for which nothing has to be loaded here.
	 */
	static void require() {
	}

	/**
	 * Finds a function.
	 * @param name its name
	 * @return its address; 0 if there is none
	 */
	static long find(String name) {
		MemorySegment found = LOOKUP.find(name).orElse(MemorySegment.NULL);
		return found.address();
	}

	/**
	 * What the last call of this thread has put into errno.
	 * @return number of the error
	 */
	static int lastError() {
		return STATE.get().get(ValueLayout.JAVA_INT, ERRNO);
	}

	static int getInt(long address) {
		return Memory.ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
	}

	static long getAddress(long address) {
		return Memory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
	}

	static void putAddress(long address, long value) {
		Memory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
	}

	static void putBytes(long address, byte[] bytes) {
		MemorySegment.copy(bytes, 0, Memory.ALL, ValueLayout.JAVA_BYTE, address, bytes.length);
	}

	static String getString(long address) {
		return Memory.ALL.getString(address, StandardCharsets.UTF_8);
	}

	/**
	 * A function of the library. Each way of calling costs 10 ms at first: so there is one
	 * for all. An argument that is an {@code int} is handed over as an integer of 64 bits,
	 * of which the function looks at half; and after the last come zeros, which it does
	 * not look at.
	 */
	static final class Function {

		private final MemorySegment address;

		private final boolean isInt;

		private final MethodHandle handle;

		/**
		 * Makes a function.
		 * @param address its address
		 * @param fixed how many parameters come before those that may be of any number
		 * @param result type of its result
		 * @param parameters types of its parameters
		 */
		Function(long address, int fixed, CType result, CType... parameters) {
			this.address = MemorySegment.ofAddress(address);
			this.isInt = result == CType.INT;
			if (fixed < parameters.length && !Posix.LINUX) {
				// elsewhere those that may be of any number may be on the stack
				this.handle = handle(parameters.length, Linker.Option.firstVariadicArg(fixed));
			}
			else {
				this.handle = (parameters.length > IN_REGISTERS) ? Most.HANDLE : Common.HANDLE;
			}
		}

		/**
		 * Calls it.
		 * @param arguments an {@code Integer} for each {@code int}, a {@code Long} for
		 * what is as long as a pointer, or bytes that may be changed
		 * @return the result
		 */
		long call(Object... arguments) {
			try (Arena arena = Arena.ofConfined()) {
				MemorySegment[] copies = new MemorySegment[arguments.length];
				boolean isCommon = this.handle == Common.HANDLE;
				long[] numbers = new long[isCommon ? IN_REGISTERS : arguments.length];
				for (int i = 0; i < arguments.length; i++) {
					if (arguments[i] instanceof byte[] bytes) {
						copies[i] = arena.allocate(Math.max(bytes.length, 1));
						MemorySegment.copy(bytes, 0, copies[i], ValueLayout.JAVA_BYTE, 0, bytes.length);
						numbers[i] = copies[i].address();
					}
					else {
						numbers[i] = ((Number) arguments[i]).longValue();
					}
				}
				long result = invoke(numbers);
				for (int i = 0; i < arguments.length; i++) {
					if (arguments[i] instanceof byte[] bytes) {
						MemorySegment.copy(copies[i], ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
					}
				}
				return this.isInt ? (int) result : result;
			}
		}

		private long invoke(long[] a) {
			MemorySegment state = STATE.get();
			MemorySegment to = this.address;
			MethodHandle by = this.handle;
			try {
				return switch (a.length) {
					case 3 -> (long) by.invokeExact(to, state, a[0], a[1], a[2]);
					case IN_REGISTERS -> (long) by.invokeExact(to, state, a[0], a[1], a[2], a[3], a[4], a[5]);
					case MOST -> (long) by.invokeExact(to, state, a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
					default -> throw new IllegalArgumentException("a function of " + a.length + " parameters");
				};
			}
			catch (RuntimeException | Error ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	private static MethodHandle handle(int parameters, Linker.Option... options) {
		MemoryLayout[] layouts = new MemoryLayout[parameters];
		Arrays.fill(layouts, ValueLayout.JAVA_LONG);
		Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
		all[options.length] = Linker.Option.captureCallState("errno");
		return LINKER.downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts), all);
	}

	private static final class Common {

		static final MethodHandle HANDLE = handle(IN_REGISTERS);

	}

	private static final class Most {

		static final MethodHandle HANDLE = handle(MOST);

	}

	/** All memory of this process, by its addresses. */
	private static final class Memory {

		static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

	}

}
