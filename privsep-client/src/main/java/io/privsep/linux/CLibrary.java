package io.privsep.linux;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import com.kenai.jffi.ArrayFlags;
import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import org.jspecify.annotations.Nullable;

/**
 * How the C library is called before JDK 22: by jffi, the layer below jnr-ffi and
 * jnr-posix. The jar has another class of this name for later JDKs
 * ({@code src/main/java22}), which does the same without a native library.
 */
final class CLibrary {

	/** Before anything else of jffi's is used, which would load it in another way. */
	private static final @Nullable TemporaryDirectoryException NOT_LOADED = JffiLibrary.load();

	static final int POINTER_SIZE = (NOT_LOADED != null) ? 0 : Type.POINTER.size();

	private CLibrary() {
	}

	/**
	 * Requires that functions can be found. A class with functions can say only once why
	 * it cannot be initialized.
	 * @throws TemporaryDirectoryException if the native library could not be unpacked
	 */
	static void require() throws TemporaryDirectoryException {
		if (NOT_LOADED != null) {
			throw NOT_LOADED;
		}
	}

	/**
	 * Finds a function.
	 * @param name its name
	 * @return its address; 0 if there is none
	 */
	static long find(String name) {
		if (NOT_LOADED != null) {
			throw new UncheckedIOException("The native library of jffi cannot be unpacked", NOT_LOADED);
		}
		return Library.getDefault().getSymbolAddress(name);
	}

	/**
	 * What the last call of this thread has put into errno.
	 * @return number of the error
	 */
	static int lastError() {
		return LastError.getInstance().get();
	}

	static int getInt(long address) {
		return MemoryIO.getInstance().getInt(address);
	}

	static long getAddress(long address) {
		return MemoryIO.getInstance().getAddress(address);
	}

	static void putAddress(long address, long value) {
		MemoryIO.getInstance().putAddress(address, value);
	}

	static void putBytes(long address, byte[] bytes) {
		MemoryIO.getInstance().putByteArray(address, bytes, 0, bytes.length);
	}

	static String getString(long address) {
		return new String(MemoryIO.getInstance().getZeroTerminatedByteArray(address), StandardCharsets.UTF_8);
	}

	/**
	 * A function of the library.
	 */
	static final class Function {

		private final com.kenai.jffi.Function function;

		private final boolean isInt;

		/**
		 * Makes a function.
		 * @param address its address
		 * @param fixed how many parameters come before those that may be of any number
		 * @param result type of its result
		 * @param parameters types of its parameters
		 */
		Function(long address, int fixed, CType result, CType... parameters) {
			this.isInt = result == CType.INT;
			Type[] types = new Type[parameters.length];
			for (int i = 0; i < types.length; i++) {
				types[i] = type(parameters[i]);
			}
			this.function = new com.kenai.jffi.Function(address,
					CallContext.getCallContext(type(result), fixed, types, CallingConvention.DEFAULT, true));
		}

		private static Type type(CType type) {
			return (type == CType.INT) ? Type.SINT32 : Type.POINTER;
		}

		/**
		 * Calls it.
		 * @param arguments an {@code Integer} for each {@code int}, a {@code Long} for
		 * what is as long as a pointer, or bytes that may be changed
		 * @return the result
		 */
		long call(Object... arguments) {
			HeapInvocationBuffer buffer = new HeapInvocationBuffer(this.function);
			for (Object argument : arguments) {
				if (argument instanceof Integer number) {
					buffer.putInt(number);
				}
				else if (argument instanceof Long number) {
					buffer.putAddress(number);
				}
				else {
					byte[] bytes = (byte[]) argument;
					buffer.putArray(bytes, 0, bytes.length, ArrayFlags.IN | ArrayFlags.OUT);
				}
			}
			return this.isInt ? Invoker.getInstance().invokeInt(this.function, buffer)
					: Invoker.getInstance().invokeAddress(this.function, buffer);
		}

	}

}
