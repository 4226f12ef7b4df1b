package io.privsep.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A function of the C library.
 */
public final class CFunction {

	/** The type {@code int}. */
	public static final CType INT = CType.INT;

	/** The type of pointers, and of what is as long. */
	public static final CType POINTER = CType.POINTER;

	private final String name;

	private final CLibrary.Function function;

	/**
	 * Finds a function.
	 * @param name its name
	 * @param result the type of its result
	 * @param parameters the types of its parameters
	 * @throws NativeAccessException if this JVM does not let the application call it
	 */
	public CFunction(String name, CType result, CType... parameters) {
		this(name, parameters.length, result, parameters);
	}

	private CFunction(String name, int fixed, CType result, CType[] parameters) {
		this.name = name;
		long address = CLibrary.find(name);
		if (address == 0) {
			throw new UnsatisfiedLinkError("The C library has no function '" + name + "'");
		}
		try {
			this.function = new CLibrary.Function(address, fixed, result, parameters);
		}
		catch (ExceptionInInitializerError ex) {
			if (ex.getCause() instanceof IllegalCallerException denied) {
				throw new NativeAccessException(denied);
			}
			throw ex;
		}
		catch (IllegalCallerException ex) {
			throw new NativeAccessException(ex);
		}
	}

	/**
	 * Finds a function whose last parameter stands for any number of any type, which some
	 * platforms pass in another way.
	 * @param name its name
	 * @param result the type of its result
	 * @param parameters the types of its parameters
	 * @return the function
	 */
	public static CFunction withVariableLast(String name, CType result, CType... parameters) {
		return new CFunction(name, parameters.length - 1, result, parameters);
	}

	/**
	 * Whether the C library has a function.
	 * @param name its name
	 * @return whether it does
	 */
	static boolean exists(String name) {
		return CLibrary.find(name) != 0;
	}

	/**
	 * Calls a function that gives an {@code int}.
	 * @param arguments an {@code Integer} for each {@code int}, a {@code Long} for what
	 * is as long as a pointer, a string, or bytes that may be changed
	 * @return the result
	 */
	public int call(Object... arguments) {
		return (int) address(arguments);
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
			throw new IOException(this.name + ": " + description(lastError()));
		}
		return result;
	}

	/**
	 * Calls a function that gives a pointer.
	 * @param arguments as for {@link #call}
	 * @return the address, or 0
	 */
	public long address(Object... arguments) {
		Object[] passed = arguments.clone();
		for (int i = 0; i < passed.length; i++) {
			if (passed[i] instanceof String text) {
				passed[i] = (text + "\0").getBytes(StandardCharsets.UTF_8);
			}
		}
		return this.function.call(passed);
	}

	/**
	 * What the last function that this thread has called left in {@code errno}.
	 * @return number of the error (errno(3))
	 */
	public static int lastError() {
		return CLibrary.lastError();
	}

	/**
	 * What the system says of an error. The text may lie where the next one will.
	 * @param errno number of the error
	 * @return the text
	 */
	static synchronized String description(int errno) {
		return CLibrary.getString(new CFunction("strerror", POINTER, INT).address(errno));
	}

}
