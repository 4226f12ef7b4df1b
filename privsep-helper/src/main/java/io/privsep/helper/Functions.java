package io.privsep.helper;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepValidationException.Violation;
import io.privsep.function.PrivilegedFunction;
import io.privsep.helper.later.LaterResult;
import io.privsep.helper.validation.Validation;
import io.privsep.value.ValueReader;
import io.privsep.wire.FrameBody;

/**
 * The functions and the beans they are called on; nothing else can be called.
 */
public final class Functions {

	/** A call that takes longer is not short. */
	private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

	/** So many short calls in a row make a function one whose calls are short. */
	private static final byte PROBATION = 4;

	private final PrivilegedFunction[] functions;

	// For each function: how many calls are to be short before it is. Written without a
	// lock, as it is but a guess.
	private final byte[] probation;

	private final Object[] targets;

	private final @Nullable Validation validation;

	private final int maxElements;

	/**
	 * Makes them.
	 * @param beans the privileged beans
	 * @param maxElements the most elements of all arguments of a call
	 */
	public Functions(PrivilegedBeans beans, int maxElements) {
		this.maxElements = maxElements;
		this.functions = beans.table().functions().toArray(new PrivilegedFunction[0]);
		this.validation = beans.validation();
		this.targets = new Object[this.functions.length];
		this.probation = new byte[this.functions.length];
		Arrays.fill(this.probation, PROBATION);
		for (int i = 0; i < this.functions.length; i++) {
			this.functions[i].method().setAccessible(true);
			this.targets[i] = beans.get(this.functions[i].beanType());
		}
	}

	/**
	 * Looks up a function.
	 * @param number its number, from the wire
	 * @return the function, or {@code null} if there is none
	 */
	@Nullable PrivilegedFunction find(int number) {
		return (number >= 0 && number < this.functions.length) ? this.functions[number] : null;
	}

	/**
	 * Whether calls of a function have been short lately.
	 * @param function the function
	 * @return whether the next is likely to be
	 */
	boolean isShort(PrivilegedFunction function) {
		return this.probation[function.number()] == 0;
	}

	/**
	 * Notes how long a call took.
	 * @param function the function
	 * @param nanos the time in nanoseconds
	 */
	void took(PrivilegedFunction function, long nanos) {
		byte left = this.probation[function.number()];
		if (nanos > SHORT_NANOS) {
			this.probation[function.number()] = PROBATION;
		}
		else if (left > 0) {
			this.probation[function.number()] = (byte) (left - 1);
		}
	}

	@Nullable Object[] decode(PrivilegedFunction function, FrameBody body) {
		return ValueReader.read(function.parameters(), body, this.maxElements);
	}

	/**
	 * Checks the constraints of a function.
	 * @param function the function
	 * @param arguments its arguments
	 * @return the constraints that they break
	 */
	public List<Violation> violations(PrivilegedFunction function, @Nullable Object[] arguments) {
		if (this.validation == null || !function.isConstrained()) {
			return List.of();
		}
		// one more where Kotlin takes the result
		return this.validation.violations(this.targets[function.number()], function.method(),
				Arrays.copyOf(arguments, function.method().getParameterCount()));
	}

	/**
	 * Runs a function in this thread, and awaits its result if it is to come later.
	 * @param function the function
	 * @param arguments its arguments
	 * @return its result
	 * @throws Throwable whatever the function throws
	 */
	@Nullable Object invoke(PrivilegedFunction function, @Nullable Object[] arguments) throws Throwable {
		try {
			Object target = this.targets[function.number()];
			return function.isAsynchronous() ? LaterResult.await(function, target, arguments)
					: function.method().invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() != null) ? ex.getCause() : ex;
		}
	}

}
