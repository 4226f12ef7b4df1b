package io.privsep.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.kenai.jffi.ArrayFlags;
import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Function;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;

/**
 * A function of the C library.
 * <p>
 * It is called by way of jffi alone, the layer below jnr-ffi and jnr-posix: these make
 * classes at run time, which takes an application that starts 250 to 600 ms of processor
 * time; this takes 50 to 100, most of it for the native library.
 */
public final class CFunction {

	/** The type {@code int}. */
	public static final Type INT;

	/** The type of pointers, and of what is as long. */
	public static final Type POINTER;

	static {
		// before anything else of jffi's is used, which would do it in another way
		JffiLibrary.load();
		INT = Type.SINT32;
		POINTER = Type.POINTER;
	}

	private final String name;

	private final Function function;

	/**
	 * Finds a function.
	 * @param name its name
	 * @param result the type of its result
	 * @param parameters the types of its parameters
	 */
	public CFunction(String name, Type result, Type... parameters) {
		this(name, parameters.length, result, parameters);
	}

	private CFunction(String name, int fixed, Type result, Type[] parameters) {
		this.name = name;
		long address = Library.getDefault().getSymbolAddress(name);
		if (address == 0) {
			throw new UnsatisfiedLinkError("The C library has no function '" + name + "'");
		}
		this.function = new Function(address,
				CallContext.getCallContext(result, fixed, parameters, CallingConvention.DEFAULT, true));
	}

	/**
	 * Finds a function whose last parameter stands for any number of any type, which some
	 * platforms pass in another way.
	 * @param name its name
	 * @param result the type of its result
	 * @param parameters the types of its parameters
	 * @return the function
	 */
	public static CFunction withVariableLast(String name, Type result, Type... parameters) {
		return new CFunction(name, parameters.length - 1, result, parameters);
	}

	/**
	 * Whether the C library has a function.
	 * @param name its name
	 * @return whether it does
	 */
	static boolean exists(String name) {
		return Library.getDefault().getSymbolAddress(name) != 0;
	}

	/**
	 * Calls a function that gives an {@code int}.
	 * @param arguments an {@code Integer} for each {@code int}, a {@code Long} for what
	 * is as long as a pointer, a string, or bytes that may be changed
	 * @return the result
	 */
	public int call(Object... arguments) {
		return Invoker.getInstance().invokeInt(this.function, buffer(arguments));
	}

	/**
	 * Calls a function that says by a negative result that it could not do its work.
	 * @param arguments as for {@link #call}
	 * @return the result
	 * @throws IOException if it is negative, with what the system says of that
	 */
	public int check(Object... arguments) throws IOException {
		int result = call(arguments);
		if (result < 0) {
			throw new IOException(this.name + ": " + description(LastError.getInstance().get()));
		}
		return result;
	}

	/**
	 * Calls a function that gives a pointer.
	 * @param arguments as for {@link #call}
	 * @return the address, or 0
	 */
	public long address(Object... arguments) {
		return Invoker.getInstance().invokeAddress(this.function, buffer(arguments));
	}

	private HeapInvocationBuffer buffer(Object[] arguments) {
		HeapInvocationBuffer buffer = new HeapInvocationBuffer(this.function);
		for (Object argument : arguments) {
			if (argument instanceof Integer number) {
				buffer.putInt(number);
			}
			else if (argument instanceof Long number) {
				buffer.putAddress(number);
			}
			else {
				byte[] bytes = (argument instanceof String text) ? (text + "\0").getBytes(StandardCharsets.UTF_8)
						: (byte[]) argument;
				buffer.putArray(bytes, 0, bytes.length, ArrayFlags.IN | ArrayFlags.OUT);
			}
		}
		return buffer;
	}

	/**
	 * What the system says of an error. The text may lie where the next one will.
	 * @param errno number of the error
	 * @return the text
	 */
	static synchronized String description(int errno) {
		return string(new CFunction("strerror", POINTER, INT).address(errno));
	}

	/**
	 * Reads a string of C.
	 * @param address where it begins
	 * @return the string
	 */
	static String string(long address) {
		return new String(MemoryIO.getInstance().getZeroTerminatedByteArray(address), StandardCharsets.UTF_8);
	}

}
